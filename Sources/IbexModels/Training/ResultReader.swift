import IbexGraph
import IbexRuntime

/// The results of steps, read behind them and joined along the first axis.
final class ResultReader {
    private let backend: any Backend
    private var results: [(type: TensorType, bytes: [UInt8])] = []
    private var rows = 0
    private var pending: [[any PendingRead]] = []

    init(_ backend: any Backend) { self.backend = backend }

    /// Storages for the results of one step.
    func makeStorages(_ types: [TensorType]) throws -> [any Storage] {
        try types.map { try backend.makeStorage(byteCount: max($0.byteCount, 1)) }
    }

    /// Takes a step of a pass, the results of which are read behind it.
    func take(
        _ rows: Int, _ outputs: [any Storage], of step: TracedProgram, in pass: Pass, _ run: () throws -> Void
    ) throws {
        let types = step.outputTypes
        try pass.take(rows, outputs: { [backend] in try Self.tensors(outputs, types, backend) }) {
            try run()
            try add(outputs, types)
        }
    }

    private static func tensors(
        _ outputs: [any Storage], _ types: [TensorType], _ backend: any Backend
    ) throws -> [Tensor] {
        let reads = try zip(outputs, types).map { try backend.readLater($0, byteCount: $1.byteCount) }
        return try zip(reads, types).map { Tensor(HostData(try $0.bytes()), $1) }
    }

    /// Notes what a step that was just enqueued will write.
    private func add(_ outputs: [any Storage], _ types: [TensorType]) throws {
        if results.isEmpty { results = types.map { ($0, []) } }
        rows += types.first?.shape.extents.first ?? 0
        pending.append(try zip(outputs, types).map { try backend.readLater($0, byteCount: $1.byteCount) })
        if pending.count > 2 { try collect() }
    }

    private func collect() throws {
        for (index, read) in pending.removeFirst().enumerated() { results[index].bytes += try read.bytes() }
    }

    /// The rows of all steps, as tensors on a device.
    func finish(on device: Device) throws -> [Tensor] {
        while !pending.isEmpty { try collect() }
        return withDevice(device) {
            results.map {
                Tensor(HostData($0.bytes), TensorType($0.type.shape.replacing(axis: 0, with: rows), $0.type.dtype))
            }
        }
    }
}
