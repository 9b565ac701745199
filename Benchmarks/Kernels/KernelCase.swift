import Ibex
import IbexGraph
import IbexRuntime

/// One computation to measure: tensors in, tensors out, built of the package's own ops.
struct KernelCase: Sendable {
    let family: KernelFamily
    let name: String
    let inputs: [Input]
    /// Additions and multiplications; 0 where bandwidth is what counts.
    var flops = 0.0
    /// The product that `sgemm` computes beside it.
    var product: MatrixShape?
    /// Whether its family's target speaks of it; the others are measured for their own sake.
    var isRated = true
    /// Bytes beside those of inputs and results: what the variables inside are read and written.
    var extraBytes = 0
    /// Makes what is traced; state that it updates is made before.
    let prepare: @Sendable () throws -> ([Tensor]) throws -> [Tensor]

    struct Input: Sendable {
        let type: TensorType
        let filling: Filling
    }

    /// What an input holds.
    enum Filling: Hashable, Sendable {
        /// Numbers from -1 to 1; whole numbers from 0 to 255.
        case numbers
        /// Whole numbers below a bound.
        case indices(below: Int)
    }

    /// A case of `float32` inputs whose function keeps no state.
    init(
        _ family: KernelFamily, _ name: String, _ shapes: [Shape], flops: Double = 0,
        _ body: @escaping @Sendable ([Tensor]) throws -> [Tensor]
    ) {
        self.init(
            family, name, inputs: shapes.map { Input(type: TensorType($0, .float32), filling: .numbers) },
            flops: flops, prepare: { body })
    }

    init(
        _ family: KernelFamily, _ name: String, inputs: [Input], flops: Double = 0,
        prepare: @escaping @Sendable () throws -> ([Tensor]) throws -> [Tensor]
    ) {
        self.family = family
        self.name = name
        self.inputs = inputs
        self.flops = flops
        self.prepare = prepare
    }

    /// The same case, of which the target does not speak.
    var unrated: KernelCase {
        var copy = self
        copy.isRated = false
        return copy
    }

    static let all =
        matmuls + convolutions + elementwise + rows + reductions + normalizations + poolings + optimizers + moves

    /// The cases whose family or name holds one of the words, whatever their case; all without words.
    static func matching(_ words: [String]) -> [KernelCase] {
        let words = words.map { $0.lowercased() }
        return all.filter { one in
            let text = "\(one.family.rawValue) \(one.name)".lowercased()
            return words.isEmpty || words.contains { text.contains($0) }
        }
    }
}

/// The extents of a matrix product, row-major; a transposed operand is stored with its axes exchanged.
struct MatrixShape: Hashable, Sendable {
    var batch = 1
    let m, n, k: Int
    var transposeA = false
    var transposeB = false

    var flops: Double { 2 * Double(batch) * Double(m) * Double(n) * Double(k) }
    var a: Shape { Shape((batch > 1 ? [batch] : []) + (transposeA ? [k, m] : [m, k])) }
    var b: Shape { Shape((batch > 1 ? [batch] : []) + (transposeB ? [n, k] : [k, n])) }
}
