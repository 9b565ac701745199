/// Places for temporaries: the smallest gap that fits, in arenas that stay below a size.
struct ArenaPlan {
    private let alignment: Int
    private let largest: Int
    private(set) var sizes: [Int] = []
    /// By arena: gaps as (offset, size), in order.
    private var gaps: [[(offset: Int, size: Int)]] = []

    init(alignment: Int, largest: Int) {
        self.alignment = alignment
        self.largest = largest
    }

    private func rounded(_ byteCount: Int) -> Int { (byteCount + alignment - 1) / alignment * alignment }

    mutating func allocate(_ byteCount: Int) -> (arena: Int, offset: Int) {
        let size = rounded(byteCount)
        var best: (arena: Int, gap: Int, size: Int)?
        for arena in gaps.indices {
            for (index, gap) in gaps[arena].enumerated() where gap.size >= size && gap.size < best?.size ?? .max {
                best = (arena, index, gap.size)
            }
        }
        if let best {
            let offset = gaps[best.arena][best.gap].offset
            if best.size == size {
                gaps[best.arena].remove(at: best.gap)
            } else {
                gaps[best.arena][best.gap] = (offset + size, best.size - size)
            }
            return (best.arena, offset)
        }
        for arena in sizes.indices where sizes[arena] + size <= largest {
            var offset = sizes[arena]
            // A gap at the very end grows instead of staying behind.
            if let last = gaps[arena].last, last.offset + last.size == offset {
                offset = last.offset
                gaps[arena].removeLast()
            }
            sizes[arena] = offset + size
            return (arena, offset)
        }
        sizes.append(size)
        gaps.append([])
        return (sizes.count - 1, 0)
    }

    mutating func free(arena: Int, offset: Int, byteCount: Int) {
        let size = rounded(byteCount)
        let index = gaps[arena].firstIndex { $0.offset > offset } ?? gaps[arena].count
        gaps[arena].insert((offset, size), at: index)
        if index + 1 < gaps[arena].count, offset + size == gaps[arena][index + 1].offset {
            gaps[arena][index].size += gaps[arena].remove(at: index + 1).size
        }
        if index > 0, gaps[arena][index - 1].offset + gaps[arena][index - 1].size == offset {
            gaps[arena][index - 1].size += gaps[arena].remove(at: index).size
        }
    }
}
