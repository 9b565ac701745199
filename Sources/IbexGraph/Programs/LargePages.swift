import Glibc

extension UnsafeMutableRawBufferPointer {
    /// Asks for large pages where memory is large and nothing was written to it yet: giving it page by page costs more than
    /// the first write, and walking it more than a cache miss. A system without large pages changes nothing.
    package func preferLargePages() {
        guard let start = baseAddress, count >= Self.worthLargePages else { return }
        let page = 4096
        let aligned = start.alignedUp(toMultipleOf: page)
        madvise(aligned, (count - (aligned - start)) / page * page, MADV_HUGEPAGE)
    }

    /// From so many bytes on large pages are asked for: two of them.
    package static let worthLargePages = 4 << 20
}
