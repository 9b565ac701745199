/// A graph made ready to run: a flat list of steps over planned buffers, to be prepared by a backend once
/// and replayed many times.
package struct Program: Sendable {
    /// Where a buffer lives.
    package enum Home: Sendable, Hashable {
        /// Storage number `index` of those given at each run. A step may write to it: that is an update in place.
        case input(Int)
        /// Storage number `index` of those that receive results.
        case output(Int)
        /// A part of temporary arena `arena`, from byte `offset`. Parts overlap where lifetimes do not.
        case temporary(arena: Int, offset: Int)
        /// Bytes known when the program is prepared; uploaded then.
        case constant(HostData)
    }

    package struct Buffer: Sendable, Hashable {
        package var home: Home
        package var byteCount: Int

        package init(home: Home, byteCount: Int) {
            self.home = home
            self.byteCount = byteCount
        }
    }

    /// A buffer read or written as a contiguous tensor of a type.
    package struct Operand: Sendable, Hashable {
        package var buffer: Int
        package var type: TensorType

        package init(buffer: Int, type: TensorType) {
            self.buffer = buffer
            self.type = type
        }
    }

    /// One op to be executed; the unit that a backend lowers to launches.
    package struct Step: Sendable {
        package var op: any Op
        package var inputs: [Operand]
        package var outputs: [Operand]
        /// The layers whose values it computes: that of a kernel's own op first, then those fused into it.
        package var layers: [LayerLabel]

        package init(op: any Op, inputs: [Operand], outputs: [Operand], layers: [LayerLabel] = []) {
            self.op = op
            self.inputs = inputs
            self.outputs = outputs
            self.layers = layers
        }
    }

    package var buffers: [Buffer]
    package var steps: [Step]
    /// The size of each temporary arena, in bytes; each is below the device's largest buffer.
    package var arenas: [Int]
    package var inputTypes: [TensorType]
    package var outputTypes: [TensorType]

    package init(
        buffers: [Buffer], steps: [Step], arenas: [Int], inputTypes: [TensorType], outputTypes: [TensorType]
    ) {
        self.buffers = buffers
        self.steps = steps
        self.arenas = arenas
        self.inputTypes = inputTypes
        self.outputTypes = outputTypes
    }
}

extension Program: CustomStringConvertible {
    /// One line for each step, for people and tests.
    package var description: String {
        steps.map { step in
            let inputs = step.inputs.map { "%\($0.buffer):\($0.type)" }.joined(separator: ", ")
            let outputs = step.outputs.map { "%\($0.buffer):\($0.type)" }.joined(separator: ", ")
            return "\(outputs) = \(step.op.name)(\(inputs))"
        }.joined(separator: "\n")
    }
}
