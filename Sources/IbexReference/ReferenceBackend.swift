import IbexGraph
import Synchronization

/// The backend that defines what is right: every op by its textbook loop, in double precision, one element
/// after another. Results are rounded to the declared type when they are stored; whole numbers are exact.
package final class ReferenceBackend: Backend {
    package let device = Device(
        id: "reference", name: "textbook loops in double precision", vendor: "Ibex", kind: .cpu, memory: .max,
        largestBuffer: .max, computeUnits: 1, dtypes: Set(DType.allCases))
    package let wantsFusion = false

    package init() {}

    package func makeStorage(byteCount: Int) -> any Storage { ReferenceStorage(byteCount, device) }

    package func write(_ bytes: UnsafeRawBufferPointer, to storage: any Storage) throws {
        try own(storage).contents.withLock { $0.replaceSubrange(0..<bytes.count, with: bytes) }
    }

    package func read(_ storage: any Storage, into bytes: UnsafeMutableRawBufferPointer) throws {
        let count = bytes.count
        let copy = try own(storage).contents.withLock { Array($0.prefix(count)) }
        bytes.copyBytes(from: copy)
    }

    package func readLater(_ storage: any Storage, byteCount: Int) throws -> any PendingRead {
        CopiedBytes(copy: try own(storage).contents.withLock { Array($0.prefix(byteCount)) })
    }

    package func prepare(_ program: Program) throws -> any Executable {
        try ReferenceExecutable(program, backend: self)
    }

    package func synchronize() {}

    func own(_ storage: any Storage) throws(IbexError) -> ReferenceStorage {
        guard let own = storage as? ReferenceStorage else {
            throw IbexError(
                .device, at: device.id, found: "storage on \(storage.device.id)",
                expected: "storage on \(device.id)", remedy: "Copy the tensor with to(device).")
        }
        return own
    }
}

final class ReferenceStorage: Storage {
    let byteCount: Int
    let device: Device
    let contents: Mutex<[UInt8]>

    init(_ byteCount: Int, _ device: Device) {
        self.byteCount = byteCount
        self.device = device
        contents = Mutex([UInt8](repeating: 0, count: byteCount))
    }
}

private final class CopiedBytes: PendingRead {
    let copy: [UInt8]
    init(copy: [UInt8]) { self.copy = copy }
    var isReady: Bool { true }
    func bytes() -> [UInt8] { copy }
}

/// What turns an op into loops for the reference.
package protocol ReferenceOp: Op {
    /// The results for these operands.
    func compute(_ call: ReferenceCall) -> [[Double]]
}

/// An op that moves or counts whole numbers, exactly.
protocol ReferenceExactOp: Op {
    func computeExactly(_ inputs: [ReferenceTensor], _ results: [TensorType]) -> [ReferenceTensor]
}

/// The operands of one application, as numbers, and the types of its results.
package struct ReferenceCall {
    let inputs: [TensorType]
    let values: [[Double]]
    let results: [TensorType]
}

private final class ReferenceExecutable: Executable {
    let program: Program
    let backend: ReferenceBackend
    let arenas: [ReferenceStorage]

    init(_ program: Program, backend: ReferenceBackend) throws {
        for step in program.steps where !(step.op is any ReferenceOp) && !(step.op is any ReferenceExactOp) {
            throw IbexError(
                .kernel, at: "reference", found: "the op \(step.op.name), which it does not know",
                expected: "an op that it computes")
        }
        self.program = program
        self.backend = backend
        arenas = program.arenas.map { ReferenceStorage($0, backend.device) }
    }

    var launchCount: Int { program.steps.count }
    var temporaryBytes: Int { program.arenas.reduce(0, +) }

    func run(inputs: [any Storage], outputs: [any Storage]) throws {
        for step in program.steps {
            let operands = try step.inputs.map { try read($0, inputs, outputs) }
            let types = step.outputs.map(\.type)
            for (result, operand) in zip(compute(step.op, operands, types), step.outputs) {
                try write(result.bytes, to: operand.buffer, inputs, outputs)
            }
        }
    }

    private func compute(_ op: any Op, _ operands: [ReferenceTensor], _ types: [TensorType]) -> [ReferenceTensor] {
        if let op = op as? any ReferenceExactOp { return op.computeExactly(operands, types) }
        guard let op = op as? any ReferenceOp else { return [] }
        let call = ReferenceCall(inputs: operands.map(\.type), values: operands.map(\.doubles), results: types)
        return zip(op.compute(call), types).map { ReferenceTensor($1, $0) }
    }

    private func place(
        _ buffer: Int, _ inputs: [any Storage], _ outputs: [any Storage]
    ) throws -> (storage: ReferenceStorage, offset: Int)? {
        switch program.buffers[buffer].home {
        case .input(let index): (try backend.own(inputs[index]), 0)
        case .output(let index): (try backend.own(outputs[index]), 0)
        case .temporary(let arena, let offset): (arenas[arena], offset)
        case .constant: nil
        }
    }

    private func read(
        _ operand: Program.Operand, _ inputs: [any Storage], _ outputs: [any Storage]
    ) throws -> ReferenceTensor {
        let count = operand.type.byteCount
        if case .constant(let data) = program.buffers[operand.buffer].home {
            return ReferenceTensor(operand.type, bytes: Array(data.bytes.prefix(count)))
        }
        guard let (storage, offset) = try place(operand.buffer, inputs, outputs) else {
            return ReferenceTensor(operand.type, bytes: [])
        }
        return ReferenceTensor(operand.type, bytes: storage.contents.withLock { Array($0[offset..<offset + count]) })
    }

    private func write(_ bytes: [UInt8], to buffer: Int, _ inputs: [any Storage], _ outputs: [any Storage]) throws {
        guard let (storage, offset) = try place(buffer, inputs, outputs) else { return }
        storage.contents.withLock { $0.replaceSubrange(offset..<offset + bytes.count, with: bytes) }
    }
}
