import IbexGraph
import IbexRuntime

/// Data on a device, an order of its rows, and the replay of steps over them.
///
/// The host runs ahead of the device by a bounded number of steps: about 50 ms worth of them, and at least two.
/// Accumulators are read behind the steps, so nothing waits inside an epoch.
final class StepRunner {
    let backend: any Backend
    let device: Device
    private let compilation: Compilation
    /// How the rows of each tensor of the data come about.
    let recipes: [RowRecipe]
    /// The types of what lies on the device: the recipes' sources and the order.
    let types: [TensorType]
    private let storages: [any Storage]
    /// The order of the rows; empty where steps are given their rows.
    private let order: any Storage
    private var pending: [Mark] = []
    private var pace = Pace()

    /// A place in the queue of steps whose accumulators are on their way to the host.
    private struct Mark {
        let steps: Int
        let rows: Int
        let reads: [any PendingRead]
        let receivers: [Receiver]
        /// Whether it is one of those that keep the host from running too far ahead.
        let isPace: Bool
    }

    /// Takes what the accumulators held.
    typealias Receiver = (Snapshot) throws -> Void

    /// What the accumulators held after some steps.
    struct Snapshot {
        let steps: Int
        let rows: Int
        let state: [[Double]]
    }

    /// - Parameter rows: how many rows an epoch takes.
    init(_ data: TrainingData, rows: Int, device: Device, compilation: Compilation) throws {
        self.device = device
        self.compilation = compilation
        backend = try DeviceRegistry.shared.backend(for: device)
        let made = data.tensors.map { RowRecipe.of($0) }
        let sources = made.flatMap(\.sources)
        recipes = made.map(\.recipe)
        types = sources.map(\.type) + [TensorType([rows], .int32)]
        storages = try sources.map { tensor in
            let isElsewhere = tensor.device.map { $0 != device } ?? false
            return try (isElsewhere ? tensor.to(device) : tensor).storage(on: device)
        }
        order = try backend.makeStorage(byteCount: max(rows, 1) * 4)
    }

    /// A runner of steps that are given their rows.
    init(device: Device, compilation: Compilation) throws {
        self.device = device
        self.compilation = compilation
        backend = try DeviceRegistry.shared.backend(for: device)
        (recipes, types, storages) = ([], [], [])
        order = try backend.makeStorage(byteCount: 1)
    }

    private init(_ other: StepRunner, rows: Int) throws {
        device = other.device
        compilation = other.compilation
        backend = other.backend
        recipes = other.recipes
        types = other.types.dropLast() + [TensorType([rows], .int32)]
        storages = other.storages
        order = try backend.makeStorage(byteCount: max(rows, 1) * 4)
    }

    /// A runner over the same data with an order of its own.
    func sharing(rows: Int) throws -> StepRunner { try StepRunner(self, rows: rows) }

    /// Replaces the order of the rows.
    func setOrder(_ indices: [Int32]) throws {
        try indices.withUnsafeBytes { try backend.write($0, to: order) }
    }

    /// Sets the accumulators back to zero and the offset to `row`, in place.
    func restart(at row: Int = 0) throws {
        for variable in compilation.accumulators {
            let count = TensorType(variable.shape, variable.dtype).byteCount
            try write([UInt8](repeating: 0, count: count), to: variable)
        }
        if let offset = compilation.offset { try write(withUnsafeBytes(of: Int64(row)) { Array($0) }, to: offset) }
        pending = []
        pace.begin()
    }

    private func write(_ bytes: [UInt8], to variable: Variable) throws {
        let storage = try variable.exclusiveStorage(on: device)
        try bytes.withUnsafeBytes { try backend.write($0, to: storage) }
    }

    /// Enqueues one step on rows of its own.
    func run(_ step: TracedProgram, on rows: [any Storage], outputs: [any Storage] = []) throws {
        try step.run(inputs: rows, outputs: outputs)
    }

    /// Enqueues one step.
    func run(_ step: TracedProgram, outputs: [any Storage] = []) throws {
        try step.run(inputs: storages + [order], outputs: outputs)
    }

    /// Notes that `steps` steps over `rows` rows are enqueued; waits where the host is too far ahead, and hands on what
    /// has arrived then.
    ///
    /// - Parameter receivers: get the accumulators as they are after these steps, later.
    func mark(steps: Int, rows: Int, for receivers: [Receiver] = []) throws {
        let isPace = pace.isDue(steps, after: pending.last(where: \.isPace)?.steps)
        guard isPace || !receivers.isEmpty else { return }
        pending.append(Mark(steps: steps, rows: rows, reads: try reads(), receivers: receivers, isPace: isPace))
        while pending.count(where: \.isPace) > 2 { try deliverFirst() }
    }

    /// Waits for the oldest mark and hands it on.
    private func deliverFirst() throws {
        let mark = pending.removeFirst()
        let snapshot = Snapshot(steps: mark.steps, rows: mark.rows, state: try values(mark.reads))
        if mark.isPace { pace.arrived(mark.steps, at: HostClock.seconds) }
        for receiver in mark.receivers { try receiver(snapshot) }
    }

    /// The accumulators after everything enqueued so far, for which this waits.
    func snapshot(steps: Int, rows: Int) throws -> Snapshot {
        Snapshot(steps: steps, rows: rows, state: try values(try reads()))
    }

    /// The same at the end of a pass, after what is still on its way to its receivers.
    func finish(steps: Int, rows: Int) throws -> Snapshot {
        pending.removeAll { $0.receivers.isEmpty }
        while !pending.isEmpty { try deliverFirst() }
        return try snapshot(steps: steps, rows: rows)
    }

    private func reads() throws -> [any PendingRead] {
        try compilation.accumulators.map { variable in
            let bytes = TensorType(variable.shape, variable.dtype).byteCount
            return try backend.readLater(try variable.stored.storage(on: device), byteCount: bytes)
        }
    }

    private func values(_ reads: [any PendingRead]) throws -> [[Double]] {
        try zip(compilation.accumulators, reads).map { variable, read in
            try Tensor(HostData(try read.bytes()), TensorType(variable.shape, variable.dtype)).doubles()
        }
    }
}
