import Glibc

/// What a launch computes: the step of a program that it belongs to, or several where small launches became one.
package struct KernelNote: Sendable {
    package private(set) var parts: [Part]

    package struct Part: Sendable {
        package let step: Program.Step
        /// Where the kernel comes from; empty on a backend that has but one for each op.
        package let origin: String
        /// Whether it is the first launch of its step: the step's bytes and operations count there alone.
        package let isFirst: Bool
    }

    package init(_ step: Program.Step, origin: String = "", isFirst: Bool = true) {
        parts = [Part(step: step, origin: origin, isFirst: isFirst)]
    }

    /// One launch that does what several did.
    package init(merging notes: [KernelNote]) { parts = notes.flatMap(\.parts) }

    /// The op, its operands and the kernel's origin: `matmul (128, 784) (784, 10) > (128, 10) (matmul_cpu)`.
    package var title: String {
        parts.map { $0.step.title + ($0.origin.isEmpty ? "" : " (\($0.origin))") }.joined(separator: "; ")
    }

    /// Bytes read and written, each operand once.
    package var byteCount: Int { parts.reduce(0) { $0 + ($1.isFirst ? $1.step.byteCount : 0) } }

    /// Multiplications and additions of products and convolutions.
    package var operationCount: Double { parts.reduce(0) { $0 + ($1.isFirst ? $1.step.operationCount : 0) } }
}

/// A launch that was measured.
package struct KernelRun: Sendable {
    package let note: KernelNote
    /// Seconds on the host's monotonic clock.
    package let start: Double
    package let seconds: Double

    package init(_ note: KernelNote, start: Double, seconds: Double) {
        self.note = note
        self.start = start
        self.seconds = seconds
    }
}

/// A backend that can measure each launch.
package protocol MeasuringBackend: Backend {
    /// Runs `body` and waits for what it enqueued; gives the launches in their order. Launches are slower meanwhile.
    func measuringKernels(_ body: () throws -> Void) throws -> [KernelRun]
}

package enum HostClock {
    /// Seconds on the monotonic clock.
    package static var seconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

extension Program.Step {
    /// The op, what it computes and the shapes that it works on, for people.
    package var title: String {
        let own = (op as? any EpilogueOp)?.ownOperandCount(inputs.count) ?? inputs.count
        let tail = (op as? any EpilogueOp)?.epilogue?.expression.functionNames ?? []
        let what = [op.name] + ((op as? Ops.Fused)?.functionNames ?? (op as? Ops.HorizontalFused)?.functionNames ?? [])
        let operands = inputs.prefix(min(own, 3)).map { "\($0.type.shape)" } + (own > 3 ? ["+\(own - 3)"] : [])
        let results =
            outputs.prefix(2).map { "\($0.type.shape)" } + (outputs.count > 2 ? ["+\(outputs.count - 2)"] : [])
        return (what + operands + [">"] + results + tail.map { "+" + $0 }).joined(separator: " ")
    }

    /// Bytes read and written, each operand once. Of what rows are gathered from, only these rows count.
    var byteCount: Int {
        let written = outputs.reduce(0) { $0 + $1.type.byteCount }
        var seen: Set<Int> = []
        let read = inputs.filter { seen.insert($0.buffer).inserted }.map(\.type.byteCount)
        return written + read.reduce(0) { $0 + (op is Ops.Gather ? min($1, written) : $1) }
    }

    /// Two for each product that is added up, in products and convolutions; 0 for other ops.
    var operationCount: Double {
        func count(_ operand: Program.Operand) -> Double { Double(operand.type.shape.elementCount) }
        switch op {
        case let matmul as Ops.Matmul:
            let shape = inputs[0].type.shape
            return 2 * count(outputs[0]) * Double(shape[matmul.transposeA ? shape.rank - 2 : shape.rank - 1])
        case is Ops.Convolution2D:
            return 2 * count(outputs[0]) * count(inputs[1]) / Double(max(inputs[1].type.shape[3], 1))
        case is Ops.Convolution2DInputGradient:
            return 2 * count(inputs[0]) * count(inputs[1]) / Double(max(inputs[1].type.shape[3], 1))
        case is Ops.Convolution2DFilterGradient:
            return 2 * count(inputs[1]) * count(outputs[0]) / Double(max(outputs[0].type.shape[3], 1))
        default: return 0
        }
    }
}

extension Expression {
    fileprivate var functionNames: [String] {
        instructions.compactMap { instruction in
            switch instruction.code {
            case .apply(let function): function.name
            case .cast: "\(instruction.dtype.rawValue)"
            case .load, .constant: nil
            }
        }
    }
}

extension Ops.Fused {
    fileprivate var functionNames: [String] {
        let names =
            reductions.map { "\($0)" }
            + [body, epilogue, closing?.expression].compactMap { $0 }.flatMap(\.functionNames)
        return Array(names.prefix(6)) + (names.count > 6 ? ["+\(names.count - 6)"] : [])
    }
}

extension Ops.HorizontalFused {
    fileprivate var functionNames: [String] { ["\(parts.count) parts:"] + (parts.first?.functionNames ?? []) }
}
