import Glibc
import IbexGraph

/// Memory of the host, aligned to a cache line.
///
/// Unchecked: it owns one C allocation; the backend runs one program at a time.
package final class CPUStorage: Storage, Arena, @unchecked Sendable {
    package let byteCount: Int
    package let device: Device
    package let pointer: UnsafeMutableRawPointer

    package init(byteCount: Int, device: Device) throws(IbexError) {
        var memory: UnsafeMutableRawPointer?
        guard byteCount >= 0, posix_memalign(&memory, 64, max(byteCount, 64)) == 0, let memory else {
            throw IbexError(
                .memory, at: device.id, found: "no room for \(byteCount) bytes",
                expected: "free memory of that size", remedy: "Use a smaller batch or model.")
        }
        UnsafeMutableRawBufferPointer(start: memory, count: byteCount).preferLargePages()
        self.byteCount = byteCount
        self.device = device
        pointer = memory
    }

    deinit { free(pointer) }
}
