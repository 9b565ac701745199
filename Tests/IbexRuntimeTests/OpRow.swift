import IbexGraph
import IbexTestSupport
import Testing

/// The numerical test of an op, as data: what it is applied to, and how close a backend must come.
///
/// A row runs on every backend. Right is what the reference computes in double precision from the same
/// numbers; its own gradients are compared with finite differences.
struct OpRow: Sendable, CustomTestStringConvertible {
    /// The struct in `Ops` that the row covers.
    let op: String
    let name: String
    let operands: [Operand]
    /// The ways that the operands lie in memory, each a test of its own.
    var layouts: [Layout] = [.contiguous]
    var tolerance: Tolerance = .exact
    /// `nil` where the op has no gradient to speak of.
    var gradientTolerance: Tolerance?
    /// Whether the finite differences are taken; not where the function jumps at the operands.
    var checksDifferences = true
    /// Whether the reference must work in the operands' own types, since the op depends on them.
    var keepsTypes = false
    let apply: @Sendable ([Tensor]) -> [Tensor]

    struct Operand: Sendable {
        var shape: Shape
        var dtype: DType = .float32
        var sampler: Sampler = .normal
        /// Values that replace the first samples.
        var special: [Double] = []
    }

    var testDescription: String { name }

    /// The operands' values, the same in every run.
    func values() -> [Values] {
        var source = RandomSource(
            seed: name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
        return operands.map { operand in
            let sampled = operand.sampler.values(operand.shape, operand.dtype, from: &source)
            if operand.special.isEmpty { return sampled }
            let special = operand.special.prefix(sampled.scalars.count)
            return Values(
                operand.shape, operand.dtype, Array(special) + sampled.scalars.dropFirst(special.count)
            ).cast(to: operand.dtype)
        }
    }
}

/// How an operand lies in memory before the op reads it: a stored tensor and a view of it.
enum Layout: String, Sendable, CaseIterable {
    /// As it is.
    case contiguous
    /// All axes in reverse order.
    case transposed
    /// The inside of a larger tensor.
    case sliced
    /// Every second element of a larger tensor, backwards.
    case strided
    /// The first axis stretched from one row.
    case broadcast

    /// The tensor to store, so that `view` of it shows `values` (for `broadcast`: its first row throughout).
    func stored(_ values: Values) -> Values {
        let shape = values.shape
        guard shape.rank > 0 else { return values }
        switch self {
        case .contiguous: return values
        case .transposed:
            return values.gathered(Shape(shape.extents.reversed())) { Array($0.reversed()) }
        case .sliced:
            return values.gathered(Shape(shape.extents.map { $0 + 3 })) { index in
                zip(index, shape.extents).map { (($0 - 1) % max($1, 1) + max($1, 1)) % max($1, 1) }
            }
        case .strided:
            return values.gathered(Shape(shape.extents.map { 2 * $0 })) { index in
                zip(index, shape.extents).map { $1 - 1 - $0 / 2 }
            }
        case .broadcast:
            guard shape.elementCount > 0 else { return values }
            return values.gathered(shape.replacing(axis: 0, with: 1)) { $0 }
        }
    }

    /// The view that an op gets to see.
    func view(_ stored: Tensor, shape: Shape) -> Tensor {
        guard shape.rank > 0 else { return stored }
        switch self {
        case .contiguous: return stored
        case .transposed: return stored.transposed()
        case .sliced:
            return .apply(
                Ops.Slice(
                    starts: shape.extents.map { _ in 1 }, counts: shape.extents, steps: shape.extents.map { _ in 1 }),
                stored)
        case .strided:
            return .apply(
                Ops.Slice(
                    starts: shape.extents.map { max(2 * $0 - 1, 0) }, counts: shape.extents,
                    steps: shape.extents.map { _ in -2 }),
                stored)
        case .broadcast: return shape.elementCount > 0 ? stored.broadcast(to: shape) : stored
        }
    }
}

extension Values {
    /// The tensor of `shape` whose element at an index is this one's at `source(index)`.
    fileprivate func gathered(_ shape: Shape, _ source: ([Int]) -> [Int]) -> Values {
        guard elementCount > 0 else { return Values(shape, dtype, [Double](repeating: 1, count: shape.elementCount)) }
        let strides = self.shape.strides
        let counts = shape.strides
        let scalars = (0..<shape.elementCount).map { offset in
            let index = zip(counts, shape.extents).map { offset / $0 % $1 }
            return self.scalars[zip(source(index), strides).reduce(0) { $0 + $1.0 * $1.1 }]
        }
        return Values(shape, dtype, scalars)
    }

    private var elementCount: Int { shape.elementCount }
}
