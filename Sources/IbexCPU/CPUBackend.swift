import CIbexBLAS
import CIbexVector
import Glibc
import IbexGraph
import Synchronization

/// The backend that computes on the processors of this machine: OpenBLAS for products, vectorised C loops for the
/// rest, on a pool of threads.
package final class CPUBackend: Backend {
    package let device: Device
    package let wantsFusion = true
    let pool: ThreadPool
    let arenas = ArenaPool<CPUStorage>()
    /// One program runs at a time: programs share the pool.
    private let queue = Mutex<Void>(())

    package init(pool: ThreadPool = .shared) {
        self.pool = pool
        _ = CPUBackend.blas
        let processor = Processor.current
        device = Device(
            id: "cpu", name: processor.name, vendor: processor.vendor, kind: .cpu, memory: processor.memory,
            largestBuffer: processor.memory, computeUnits: pool.threadCount, dtypes: Set(DType.allCases))
    }

    private static let blas: Void = ibex_blas_prepare()

    package func makeStorage(byteCount: Int) throws -> any Storage {
        try CPUStorage(byteCount: byteCount, device: device)
    }

    package func makeStorage(
        byteCount: Int, filling fill: (UnsafeMutableRawBufferPointer) throws -> Void
    ) throws -> any Storage {
        let storage = try CPUStorage(byteCount: max(byteCount, 1), device: device)
        try fill(UnsafeMutableRawBufferPointer(start: storage.pointer, count: byteCount))
        return storage
    }

    package func write(_ bytes: UnsafeRawBufferPointer, to storage: any Storage) throws {
        let storage = try own(storage, holding: bytes.count)
        guard let base = bytes.baseAddress else { return }
        queue.withLock { _ in storage.pointer.copyMemory(from: base, byteCount: bytes.count) }
    }

    package func read(_ storage: any Storage, into bytes: UnsafeMutableRawBufferPointer) throws {
        let storage = try own(storage, holding: bytes.count)
        guard let base = bytes.baseAddress else { return }
        queue.withLock { _ in base.copyMemory(from: storage.pointer, byteCount: bytes.count) }
    }

    private final class Copied: PendingRead {
        let copy: [UInt8]
        init(_ copy: [UInt8]) { self.copy = copy }
        var isReady: Bool { true }
        func bytes() -> [UInt8] { copy }
    }

    package func readLater(_ storage: any Storage, byteCount: Int) throws -> any PendingRead {
        var copy = [UInt8](repeating: 0, count: byteCount)
        try copy.withUnsafeMutableBytes { try read(storage, into: $0) }
        return Copied(copy)
    }

    package func prepare(_ program: Program) throws -> any Executable {
        try CPUExecutable(program, backend: self)
    }

    package func synchronize() {}

    func serially(_ body: () -> Void) { queue.withLock { _ in body() } }

    /// The storage as one of this backend's.
    func own(_ storage: any Storage, holding byteCount: Int) throws(IbexError) -> CPUStorage {
        guard let own = storage as? CPUStorage, own.byteCount >= byteCount else {
            throw IbexError(
                .device, at: device.id, found: "\(storage.byteCount) bytes on \(storage.device.id)",
                expected: "\(byteCount) bytes on \(device.id)", remedy: "Copy the tensor with to(device).")
        }
        return own
    }
}

extension CPUBackend: MeasuringBackend {
    package func measuringKernels(_ body: () throws -> Void) throws -> [KernelRun] {
        let measurement = CPUMeasurement()
        try CPUMeasurement.$current.withValue(measurement, operation: body)
        return measurement.runs.withLock { $0 }
    }
}

/// What a task's launches cost while it measures them; those of other tasks do not count.
final class CPUMeasurement: Sendable {
    @TaskLocal static var current: CPUMeasurement?
    let runs = Mutex<[KernelRun]>([])
}
