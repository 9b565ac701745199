/// A kind of device that executes programs. Ops reach it as data; it has no method for any of them.
package protocol Backend: AnyObject, Sendable {
    var device: Device { get }

    /// Whether programs for it go through fusion and the other optimising passes. The reference
    /// backend takes every op as it was written.
    var wantsFusion: Bool { get }

    /// Storage of at least `byteCount` bytes, not cleared.
    ///
    /// - Throws: `IbexError` of kind `.memory` that names the size asked for.
    func makeStorage(byteCount: Int) throws -> any Storage

    /// Storage of `byteCount` bytes, or of one where there are none, that a function fills: right away where the host
    /// reaches the device's memory, else by way of a buffer on the host, which is the default.
    ///
    /// - Throws: as `makeStorage(byteCount:)`, and what the function throws.
    func makeStorage(
        byteCount: Int, filling fill: (UnsafeMutableRawBufferPointer) throws -> Void
    ) throws -> any Storage

    /// Copies bytes from the host; the bytes may go as soon as it returns.
    func write(_ bytes: UnsafeRawBufferPointer, to storage: any Storage) throws

    /// Copies bytes to the host after everything enqueued so far.
    func read(_ storage: any Storage, into bytes: UnsafeMutableRawBufferPointer) throws

    /// Begins to copy a few bytes to the host after everything enqueued so far, without waiting.
    func readLater(_ storage: any Storage, byteCount: Int) throws -> any PendingRead

    /// Compiles and records a program.
    func prepare(_ program: Program) throws -> any Executable

    /// Waits until everything enqueued is done.
    func synchronize() throws
}

extension Backend {
    package func makeStorage(
        byteCount: Int, filling fill: (UnsafeMutableRawBufferPointer) throws -> Void
    ) throws -> any Storage {
        try makeStorage(byteCount: byteCount, copying: fill)
    }

    /// Storage that a function fills by way of a buffer on the host.
    package func makeStorage(
        byteCount: Int, copying fill: (UnsafeMutableRawBufferPointer) throws -> Void
    ) throws -> any Storage {
        let storage = try makeStorage(byteCount: max(byteCount, 1))
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 64)
        defer { buffer.deallocate() }
        try fill(buffer)
        if byteCount > 0 { try write(UnsafeRawBufferPointer(buffer), to: storage) }
        return storage
    }
}

/// A program recorded by a backend.
package protocol Executable: AnyObject, Sendable {
    /// Enqueues one execution. Storages are usually those of the run before, so a backend compares identities and
    /// freezes its arguments; nothing is allocated, and nothing but the results is written.
    ///
    /// - Parameters:
    ///   - inputs: one for each of the program's inputs; updated in place where a step writes to one.
    ///   - outputs: one for each of the program's outputs.
    func run(inputs: [any Storage], outputs: [any Storage]) throws

    /// How many kernels one run launches.
    var launchCount: Int { get }
    /// The bytes of temporary storage that the executable holds.
    var temporaryBytes: Int { get }
}

/// Bytes on their way from a device.
package protocol PendingRead: AnyObject, Sendable {
    /// Whether the bytes have arrived.
    var isReady: Bool { get }
    /// Waits for the bytes.
    func bytes() throws -> [UInt8]
}
