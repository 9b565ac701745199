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

    /// Notes what a step that was just enqueued will write.
    func add(_ outputs: [any Storage], _ types: [TensorType]) throws {
        if results.isEmpty { results = types.map { ($0, []) } }
        rows += types.first?.shape.extents.first ?? 0
        pending.append(try zip(outputs, types).map { try backend.readLater($0, byteCount: $1.byteCount) })
        if pending.count > 2 { try collect() }
    }

    private func collect() throws {
        for (index, read) in pending.removeFirst().enumerated() { results[index].bytes += try read.bytes() }
    }

    /// The rows of all steps.
    func finish() throws -> [(type: TensorType, bytes: [UInt8])] {
        while !pending.isEmpty { try collect() }
        return results.map { (TensorType($0.type.shape.replacing(axis: 0, with: rows), $0.type.dtype), $0.bytes) }
    }
}
