import IbexGraph

/// One way to run an op, as its lowering describes it: a value whose name stands in the database.
package protocol TuningCandidate: Hashable, Sendable {
    var name: String { get }
}

/// An op whose lowering has several kernels to choose from: it asks `OpenCLRecorder.choose`.
package protocol TunableLowering: OpenCLLowering {
    /// One element of the result without epilogue, in double precision, and the sum of the magnitudes of its terms.
    ///
    /// - Parameters:
    ///   - index: the element's place in the contiguous result.
    ///   - inputs: the op's own operands.
    func exactElement(_ index: Int, of inputs: [TuningOperand]) throws -> (value: Double, magnitude: Double)
}

/// An operand of a candidate that is checked, on the host.
package struct TuningOperand: Sendable {
    package let type: TensorType
    package let numbers: [Double]
}

/// A choice that a lowering had to make: what the candidates are called, and the step that they compute.
struct TuningQuestion: Sendable {
    let key: TuningKey
    /// The default first.
    let candidates: [String]
    /// How much arithmetic hangs on it: the largest is tuned first.
    let work: Double
    let step: Program.Step
}

extension OpenCLRecorder {
    /// The candidate that was tuned for this key, else the first.
    package mutating func choose<C: TuningCandidate>(_ key: TuningKey, work: Double, from candidates: [C]) -> C {
        if let step, candidates.count > 1 {
            ask(TuningQuestion(key: key, candidates: candidates.map(\.name), work: work, step: step))
        }
        guard let name = choices[key] else { return candidates[0] }
        return candidates.first { $0.name == name } ?? candidates[0]
    }
}

extension TuningQuestion {
    /// A program of this step alone, without its epilogue; `nil` where the op cannot be checked.
    func program() throws -> (program: Program, op: any TunableLowering)? {
        var own = step.inputs.count
        var untailed: any Op = step.op
        if var tailed = untailed as? any EpilogueOp {
            own = tailed.ownOperandCount(own)
            tailed.epilogue = nil
            untailed = tailed
        }
        guard let op = untailed as? any TunableLowering else { return nil }
        let inputs = step.inputs.prefix(own).map(\.type)
        let outputs = try op.resultTypes(inputs)
        func operands(_ types: [TensorType], from first: Int) -> [Program.Operand] {
            types.enumerated().map { Program.Operand(buffer: first + $0, type: $1) }
        }
        let buffers =
            inputs.enumerated().map { Program.Buffer(home: .input($0), byteCount: $1.byteCount) }
            + outputs.enumerated().map { Program.Buffer(home: .output($0), byteCount: $1.byteCount) }
        let alone = Program.Step(
            op: op, inputs: operands(inputs, from: 0), outputs: operands(outputs, from: inputs.count))
        return (
            Program(buffers: buffers, steps: [alone], arenas: [], inputTypes: inputs, outputTypes: outputs), op
        )
    }
}
