import CIbexOpenCL
import IbexGraph
import Synchronization

/// A tensor's memory on an OpenCL device.
package final class OpenCLStorage: Storage {
    package let buffer: OpenCLBuffer
    package let byteCount: Int
    /// Differs from that of every other storage, before and after.
    let number: UInt64
    package var device: Device { buffer.context.info.device }

    init(_ buffer: OpenCLBuffer, byteCount: Int) {
        self.buffer = buffer
        self.byteCount = byteCount
        number = Self.made.add(1, ordering: .relaxed).newValue
    }

    private static let made = Atomic<UInt64>(0)
}

/// Bytes on their way from a device: the copy is enqueued, nobody has waited for it.
// The memory is written by the driver until the event fires and only read after that.
final class OpenCLPendingRead: PendingRead, @unchecked Sendable {
    private let memory: UnsafeMutableRawBufferPointer
    private let event: OpenCLEvent
    private let source: OpenCLBuffer

    init(_ source: OpenCLBuffer, byteCount: Int) throws {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(byteCount, 1), alignment: 64)
        do {
            event = try source.enqueueRead(into: UnsafeMutableRawBufferPointer(rebasing: memory[..<byteCount]))
        } catch {
            memory.deallocate()
            throw error
        }
        self.memory = UnsafeMutableRawBufferPointer(rebasing: memory[..<byteCount])
        self.source = source
    }

    deinit {
        try? event.wait()
        memory.deallocate()
    }

    var isReady: Bool { event.isComplete }

    func bytes() throws -> [UInt8] {
        try event.wait()
        return Array(memory)
    }
}
