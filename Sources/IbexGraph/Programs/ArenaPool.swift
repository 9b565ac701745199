import Synchronization

/// A piece of memory that temporaries are placed in.
package protocol Arena: AnyObject, Sendable {
    var byteCount: Int { get }
}

/// Memory for temporaries, shared by all programs of a device: it runs one after the other, and none expects to find
/// there what it left.
///
/// A program keeps the arenas that it was given; one that nobody keeps is gone.
package final class ArenaPool<Memory: Arena>: Sendable {
    private struct Entry {
        weak var memory: Memory?
    }
    private let entries = Mutex<[Entry]>([])

    package init() {}

    /// One arena of at least each size, no two the same: the smallest that are there and fit, else new ones.
    package func arenas(of sizes: [Int], make: (Int) throws -> Memory) rethrows -> [Memory] {
        try entries.withLock { entries in
            entries.removeAll { $0.memory == nil }
            var free = entries.compactMap(\.memory).sorted { $0.byteCount < $1.byteCount }
            var chosen: [Int: Memory] = [:]
            for index in sizes.indices.sorted(by: { sizes[$0] > sizes[$1] }) {
                if let fitting = free.firstIndex(where: { $0.byteCount >= sizes[index] }) {
                    chosen[index] = free.remove(at: fitting)
                } else {
                    let memory = try make(sizes[index])
                    entries.append(Entry(memory: memory))
                    chosen[index] = memory
                }
            }
            return sizes.indices.compactMap { chosen[$0] }
        }
    }
}
