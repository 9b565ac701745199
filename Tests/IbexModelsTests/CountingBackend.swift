import IbexGraph
import IbexRuntime
import Synchronization

/// A backend that computes nothing and counts what it is asked for.
final class CountingBackend: Backend {
    struct Counts: Hashable {
        var storages = 0
        var writes = 0
        var reads = 0
        var laterReads = 0
        var programs = 0
        var runs = 0
    }

    private final class Bytes: Storage {
        let byteCount: Int
        let device: Device
        init(byteCount: Int, device: Device) {
            self.byteCount = byteCount
            self.device = device
        }
    }

    private final class Plan: Executable {
        let launchCount: Int
        let temporaryBytes: Int
        private let counted: @Sendable () -> Void
        init(_ program: Program, _ counted: @escaping @Sendable () -> Void) {
            launchCount = program.steps.count
            temporaryBytes = program.arenas.reduce(0, +)
            self.counted = counted
        }
        func run(inputs: [any Storage], outputs: [any Storage]) { counted() }
    }

    private final class Zeros: PendingRead {
        let count: Int
        init(count: Int) { self.count = count }
        var isReady: Bool { true }
        func bytes() -> [UInt8] { [UInt8](repeating: 0, count: count) }
    }

    let device: Device
    let wantsFusion = true
    private let state = Mutex(Counts())

    var counts: Counts { state.withLock { $0 } }

    init(id: String) {
        device = Device(
            id: id, name: id, vendor: "Ibex", kind: .cpu, memory: .max, largestBuffer: .max, computeUnits: 1,
            dtypes: Set(DType.allCases))
    }

    func makeStorage(byteCount: Int) -> any Storage {
        state.withLock { $0.storages += 1 }
        return Bytes(byteCount: byteCount, device: device)
    }
    func write(_ bytes: UnsafeRawBufferPointer, to storage: any Storage) { state.withLock { $0.writes += 1 } }
    func read(_ storage: any Storage, into bytes: UnsafeMutableRawBufferPointer) {
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
        state.withLock { $0.reads += 1 }
    }
    func readLater(_ storage: any Storage, byteCount: Int) -> any PendingRead {
        state.withLock { $0.laterReads += 1 }
        return Zeros(count: byteCount)
    }
    func prepare(_ program: Program) -> any Executable {
        state.withLock { $0.programs += 1 }
        return Plan(program) { [self] in state.withLock { $0.runs += 1 } }
    }
    func synchronize() {}
}
