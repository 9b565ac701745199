/// Memory that arrays are read into one after the other, on their way to a file: fresh memory for each would cost more
/// time than the copy into it.
package final class ArrayBuffer {
    private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    package init() {}

    deinit { memory.deallocate() }

    /// Reads an array and lets a function see its bytes, which stay as they are while the function runs.
    ///
    /// - Throws: as `StoredArray.read(into:)`, and what the function throws.
    package func withBytes<Result>(
        of array: StoredArray, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        if memory.count < array.byteCount {
            memory.deallocate()
            memory = .allocate(byteCount: array.byteCount, alignment: 4096)
        }
        let target = UnsafeMutableRawBufferPointer(rebasing: memory[..<array.byteCount])
        try array.read(into: target)
        return try body(UnsafeRawBufferPointer(target))
    }
}
