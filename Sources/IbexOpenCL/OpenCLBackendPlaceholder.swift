import IbexGraph

/// Placeholder so that the floors above compile: DELETE THIS FILE when the real OpenCLBackend lands.
package final class OpenCLBackend: Backend {
    package let device: Device
    package let wantsFusion = true
    private let null = NullBackend()
    package init(_ info: OpenCLDeviceInfo) throws { device = info.device }
    package func makeStorage(byteCount: Int) throws -> any Storage { null.makeStorage(byteCount: byteCount) }
    package func write(_ bytes: UnsafeRawBufferPointer, to storage: any Storage) throws {}
    package func read(_ storage: any Storage, into bytes: UnsafeMutableRawBufferPointer) throws {}
    package func readLater(_ storage: any Storage, byteCount: Int) throws -> any PendingRead {
        null.readLater(storage, byteCount: byteCount)
    }
    package func prepare(_ program: Program) throws -> any Executable { null.prepare(program) }
    package func synchronize() throws {}
}
