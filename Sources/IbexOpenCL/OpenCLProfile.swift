import CIbexOpenCL
import IbexGraph
import Synchronization

/// What kernels cost on a device whose queue was asked to measure them.
///
///     let backend = try OpenCLBackend(info, isProfiled: true)
///     … runs …
///     for entry in try backend.profile?.take() ?? [] { print(entry.label, entry.launches, entry.seconds) }
package final class OpenCLProfile: Sendable {
    /// All launches of one label.
    package struct Entry: Sendable, Hashable {
        /// The op, its operands and the kernel's origin: `matmul [128, 784] [784, 10] > [128, 10] (matmul_cpu)`.
        package let label: String
        package var launches = 0
        /// From the kernels' starts to their ends.
        package var seconds = 0.0
    }

    private let recorded = Mutex<[(label: String, event: OpenCLEvent)]>([])

    func record(_ event: cl_event?, _ label: String) {
        guard let event else { return }
        let owned = OpenCLEvent(event)
        recorded.withLock { $0.append((label, owned)) }
    }

    /// What ran since the last call, in the order of first launches; waits for all of it.
    package func take() throws -> [Entry] {
        let launches = recorded.withLock { recorded in
            defer { recorded = [] }
            return recorded
        }
        var entries: [Entry] = []
        var places: [String: Int] = [:]
        for (label, event) in launches {
            let place = places[label] ?? entries.count
            if place == entries.count {
                entries.append(Entry(label: label))
                places[label] = place
            }
            entries[place].launches += 1
            entries[place].seconds += try event.runningTime()
        }
        return entries
    }
}

extension OpenCLEvent {
    /// Seconds from the command's start to its end, on a queue that measures; waits for the end.
    func runningTime() throws -> Double {
        try wait()
        func time(_ key: Int32) throws -> cl_ulong {
            var time: cl_ulong = 0
            try check(
                clGetEventProfilingInfo(
                    handle, cl_profiling_info(key), MemoryLayout<cl_ulong>.size, &time, nil),
                "clGetEventProfilingInfo")
            return time
        }
        return Double(try time(CL_PROFILING_COMMAND_END) - time(CL_PROFILING_COMMAND_START)) * 1e-9
    }
}

extension Program.Step {
    /// The op, what it computes and the shapes that it works on, for people.
    var label: String {
        let own = (op as? any EpilogueOp)?.ownOperandCount(inputs.count) ?? inputs.count
        let tail = (op as? any EpilogueOp)?.epilogue?.expression.functionNames ?? []
        let what = [op.name] + ((op as? Ops.Fused)?.functionNames ?? (op as? Ops.HorizontalFused)?.functionNames ?? [])
        let operands = inputs.prefix(min(own, 3)).map { "\($0.shape)" } + (own > 3 ? ["+\(own - 3)"] : [])
        let results = outputs.prefix(2).map { "\($0.shape)" } + (outputs.count > 2 ? ["+\(outputs.count - 2)"] : [])
        return (what + operands + [">"] + results + tail.map { "+" + $0 }).joined(separator: " ")
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
