import IbexGraph
import IbexRuntime
import IbexTestSupport
import Testing

/// Finite differences in double precision on the reference.
extension RowTrial {
    private static let step = 1e-5

    /// A direction for each differentiable operand.
    typealias Probe = [[Double]]

    /// Whether the gradient exists and is worth the reference's time: the rule does not depend on the size.
    var checksDifferences: Bool {
        let size = row.operands.reduce(0) { $0 + $1.shape.elementCount }
        return row.gradientTolerance != nil && row.checksDifferences && size <= 1200
            && (row.op != "Elementwise" || layout == .contiguous)
    }

    var widened: [Values] { stored.map(\.widened) }

    /// One direction of all operands together; where they are few, one of each element too.
    func probes() -> [Probe] {
        let counts = differentiable.map { stored[$0].scalars.count }
        let total = counts.reduce(0, +)
        guard total > 0 else { return [] }
        var source = RandomSource(seed: 99)
        var probes = [counts.map { count in (0..<count).map { _ in 2 * source.unit() - 1 } }]
        if total <= 8 {
            for operand in counts.indices {
                for spot in 0..<counts[operand] {
                    var probe = counts.map { [Double](repeating: 0, count: $0) }
                    probe[operand][spot] = 1
                    probes.append(probe)
                }
            }
        }
        return probes
    }

    /// The floating-point results on both sides of the operands along a direction.
    func moved(_ probe: Probe) throws -> [Tensor] {
        try [1.0, -1.0].flatMap { sign in
            var values = widened
            for (operand, direction) in zip(differentiable, probe) {
                let scalars = zip(values[operand].scalars, direction).map { $0 + sign * Self.step * $1 }
                values[operand] = Values(values[operand].shape, .float64, scalars)
            }
            let operands = try TestBackend.reference.tensors(values)
            let views = zip(operands, row.operands).map { layout.view($0, shape: $1.shape) }
            return row.apply(views).filter(\.dtype.isFloatingPoint)
        }
    }

    /// - Parameter values: the gradients, then for each probe the results of `moved`.
    func expectSlopes(_ values: [Values], _ probes: [Probe]) {
        let gradients = values.prefix(differentiable.count)
        let results = Array(values.dropFirst(differentiable.count))
        let perSide = results.count / (2 * probes.count)
        for (number, probe) in probes.enumerated() {
            let start = 2 * number * perSide
            var (slope, size) = (0.0, 0.0)
            for result in 0..<perSide {
                let (plus, minus) = (results[start + result], results[start + perSide + result])
                let weights = weights(result, plus.shape).scalars
                for offset in weights.indices {
                    slope += (plus.scalars[offset] - minus.scalars[offset]) * weights[offset] / (2 * Self.step)
                    size += abs(plus.scalars[offset] * weights[offset])
                }
            }
            let products = zip(gradients, probe).flatMap { zip($0.scalars, $1).map { $0 * $1 } }
            let got = products.reduce(0, +)
            let scale = products.reduce(0) { $0 + abs($1) }
            let allowed = 1e-6 * (scale + abs(slope)) + 1e-10 * size + 1e-8
            #expect(
                abs(got - slope) <= allowed, "\(label("slope")): the gradient says \(got), differences say \(slope)")
        }
    }
}
