import IbexGraph

/// Placeholder so that the floors above compile: DELETE THIS FILE when the real CPUBackend lands.
package final class CPUBackend: Backend {
    package let device = Device(
        id: "cpu", name: "null", vendor: "", kind: .cpu, memory: .max, largestBuffer: .max, computeUnits: 1, dtypes: [])
    package let wantsFusion = true
    private let null = NullBackend()
    package init() {}
    package func makeStorage(byteCount: Int) throws -> any Storage { null.makeStorage(byteCount: byteCount) }
    package func write(_ bytes: UnsafeRawBufferPointer, to storage: any Storage) throws {}
    package func read(_ storage: any Storage, into bytes: UnsafeMutableRawBufferPointer) throws {}
    package func readLater(_ storage: any Storage, byteCount: Int) throws -> any PendingRead {
        null.readLater(storage, byteCount: byteCount)
    }
    package func prepare(_ program: Program) throws -> any Executable { null.prepare(program) }
    package func synchronize() throws {}
}
