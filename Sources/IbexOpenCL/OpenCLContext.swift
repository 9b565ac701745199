import CIbexOpenCL
import IbexGraph
import Synchronization

/// A device in use: its context, its one in-order queue, and the lock that serialises both.
///
/// Whoever enqueues, or touches a kernel's arguments, does so inside `withQueue`.
// Unchecked: the handles are C pointers, which OpenCL lets any thread use; `queue` and `measurement`, which change, are
// touched under `lock` only.
package final class OpenCLContext: @unchecked Sendable {
    package let info: OpenCLDeviceInfo
    package let counters = OpenCLCounters()
    /// What the driver's compiler is told.
    let options: String
    let context: cl_context
    let arenas = ArenaPool<OpenCLBuffer>()
    private var queue: cl_command_queue
    /// Whose queue it is while launches are measured; under `lock`, as the queue is.
    private var measurement: OpenCLMeasurement?
    /// Held by the one task that measures.
    let measuring = Mutex<Void>(())
    private let lock = Mutex<Void>(())

    /// - Parameters:
    ///   - optimizes: whether the driver's compiler optimizes.
    /// - Throws: `IbexError` of kind `device` where the driver refuses a context or a queue.
    package init(_ info: OpenCLDeviceInfo, optimizes: Bool = true) throws {
        self.info = info
        options = "-cl-std=CL1.2 -w -cl-denorms-are-zero" + (optimizes ? "" : " -cl-opt-disable")
        var code: cl_int = 0
        var device: cl_device_id? = info.handle
        guard let context = clCreateContext(nil, 1, &device, nil, nil, &code) else {
            throw openCLError(code, "clCreateContext", at: info.device.id)
        }
        guard let queue = clCreateCommandQueue(context, info.handle, 0, &code) else {
            clReleaseContext(context)
            throw openCLError(code, "clCreateCommandQueue", at: info.device.id)
        }
        self.context = context
        self.queue = queue
        if info.isPoCL { CompilerStart.shared.begin(on: self) }
    }

    deinit {
        clFinish(queue)
        clReleaseCommandQueue(queue)
        clReleaseContext(context)
    }

    /// Runs `body` with the queue, nobody else using it meanwhile.
    func withQueue<R>(_ body: (cl_command_queue) throws -> R) rethrows -> R {
        try lock.withLock { _ in try body(queue) }
    }

    /// Lets a queue that measures take this one's place until the next call, `nil` to have the plain one again; what was
    /// enqueued before has run then.
    func measure(by next: OpenCLMeasurement?) throws {
        try lock.withLock { _ in
            try check(clFinish(queue), "clFinish", at: info.device.id)
            if let measurement { queue = measurement.replaced }
            if let next {
                next.replaced = queue
                queue = next.queue
            }
            measurement = next
        }
    }

    /// Hands what was enqueued to the device without waiting for it.
    package func flush() throws { try withQueue { try check(clFlush($0), "clFlush", at: info.device.id) } }

    /// Waits until everything enqueued has run.
    package func finish() throws { try withQueue { try check(clFinish($0), "clFinish", at: info.device.id) } }
}

/// What a device was asked to do since the process began: tests pin these numbers.
package final class OpenCLCounters: Sendable {
    private let builds = Atomic<Int>(0)
    private let cached = Atomic<Int>(0)
    private let launches = Atomic<Int>(0)
    private let allocated = Atomic<Int>(0)
    private let writes = Atomic<Int>(0)
    private let reads = Atomic<Int>(0)
    private let written = Atomic<Int>(0)
    private let read = Atomic<Int>(0)

    /// OpenCL programs compiled from source.
    package var programBuilds: Int { builds.load(ordering: .relaxed) }
    /// OpenCL programs taken from the cache on disk.
    package var programsFromDisk: Int { cached.load(ordering: .relaxed) }
    /// Kernels enqueued.
    package var kernelLaunches: Int { launches.load(ordering: .relaxed) }
    /// Bytes of device memory asked for, never diminished.
    package var bytesAllocated: Int { allocated.load(ordering: .relaxed) }
    /// Copies from the host to the device.
    package var hostWrites: Int { writes.load(ordering: .relaxed) }
    /// Copies from the device to the host.
    package var hostReads: Int { reads.load(ordering: .relaxed) }

    /// Bytes that the host gave the device.
    package var bytesWritten: Int { written.load(ordering: .relaxed) }
    /// Bytes that the device gave the host.
    package var bytesRead: Int { read.load(ordering: .relaxed) }

    func countBuild() { builds.add(1, ordering: .relaxed) }
    func countCachedProgram() { cached.add(1, ordering: .relaxed) }
    func countLaunches(_ count: Int) { launches.add(count, ordering: .relaxed) }
    func countAllocation(_ bytes: Int) { allocated.add(bytes, ordering: .relaxed) }
    func countWrite(_ bytes: Int) {
        writes.add(1, ordering: .relaxed)
        written.add(bytes, ordering: .relaxed)
    }
    /// Bytes that the host writes into the device's memory itself.
    func countFill(_ bytes: Int) { written.add(bytes, ordering: .relaxed) }
    func countRead(_ bytes: Int) {
        reads.add(1, ordering: .relaxed)
        read.add(bytes, ordering: .relaxed)
    }
}
