import IbexGraph

extension Ops.Reduce.Kind {
    /// One number from many of a type, taken in order.
    func fold(_ elements: [Scalar], _ dtype: DType) -> Scalar {
        switch self {
        case .sum where dtype.isFloatingPoint: return .real(elements.reduce(0) { $0 + $1.double })
        case .sum: return Scalar.whole(elements.reduce(0) { $0 &+ $1.integer }).converted(to: dtype)
        case .product where dtype.isFloatingPoint: return .real(elements.reduce(1) { $0 * $1.double })
        case .product: return Scalar.whole(elements.reduce(1) { $0 &* $1.integer }).converted(to: dtype)
        case .any: return .whole(elements.contains { $0.double != 0 } ? 1 : 0)
        case .all: return .whole(elements.allSatisfy { $0.double != 0 } ? 1 : 0)
        case .argMax:
            return .whole(
                Int64(
                    position(elements, dtype) {
                        $0 > $1
                    } integers: {
                        $0 > $1
                    }))
        case .argMin:
            return .whole(
                Int64(
                    position(elements, dtype) {
                        $0 < $1
                    } integers: {
                        $0 < $1
                    }))
        case .maximum:
            return elements[
                position(elements, dtype) {
                    $0 > $1
                } integers: {
                    $0 > $1
                }]
        case .minimum:
            return elements[
                position(elements, dtype) {
                    $0 < $1
                } integers: {
                    $0 < $1
                }]
        }
    }

    /// The position of the first element that no other beats; the first NaN beats all.
    private func position(
        _ elements: [Scalar], _ dtype: DType, _ beats: (Double, Double) -> Bool, integers: (Int64, Int64) -> Bool
    ) -> Int {
        var best = 0
        for index in elements.indices.dropFirst() {
            if dtype.isFloatingPoint {
                let (value, held) = (elements[index].double, elements[best].double)
                if !held.isNaN, value.isNaN || beats(value, held) { best = index }
            } else if integers(elements[index].integer, elements[best].integer) {
                best = index
            }
        }
        return best
    }
}

extension Ops.Reduce: ReferenceExactOp {
    func computeExactly(_ inputs: [ReferenceTensor], _ results: [TensorType]) -> [ReferenceTensor] {
        let shape = inputs[0].type.shape
        let elements = Scalar.read(inputs[0])
        var groups = [[Scalar]](repeating: [], count: results[0].shape.elementCount)
        for (index, position) in shape.positions.enumerated() {
            let kept = position.indices.filter { !axes.contains($0) }.map { position[$0] }
            groups[results[0].shape.index(kept)].append(elements[index])
        }
        let values = groups.map { kind.fold($0, inputs[0].type.dtype) }
        return [Scalar.write(values, results[0])]
    }
}
