import IbexGraph
import IbexTestSupport

extension OpRow {
    static var sorts: [OpRow] {
        var rows: [OpRow] = []
        for descending in [false, true] {
            let order = descending ? "falling" : "rising"
            for shape: Shape in [[5, 7], [1, 1], [3, 33], [2, 300], [4], [2, 3, 5], [0, 3], [3, 0]] {
                rows.append(
                    sort(
                        "sort \(shape) \(order)", descending, Operand(shape: shape),
                        layouts: shape == [5, 7] ? Layout.allCases : [.contiguous]))
            }
            for dtype in [DType.int32, .int64, .uint8, .bool] {
                let sampler: Sampler = dtype == .bool ? .truth : dtype == .uint8 ? .integers(0...9) : .integers(-9...9)
                rows.append(
                    sort(
                        "sort \(dtype.rawValue) \(order)", descending,
                        Operand(shape: [3, 40], dtype: dtype, sampler: sampler)))
            }
            let special: [Double] = [
                .nan, 1, -0.0, 0, .infinity, -.infinity, .nan, -1, 0, -0.0, 3e38, -3e38, 2e-38, -2e-38,
            ]
            rows.append(
                sort("sort special numbers \(order)", descending, Operand(shape: [2, 10], special: special)))
        }
        return rows
    }

    private static func sort(
        _ name: String, _ descending: Bool, _ operand: Operand, layouts: [Layout] = [.contiguous]
    ) -> OpRow {
        OpRow(
            op: "Sort", name: name, operands: [operand], layouts: layouts,
            keepsTypes: !operand.dtype.isFloatingPoint,
            apply: { [.apply(Ops.Sort(descending: descending), $0[0])] })
    }
}
