import IbexGraph
import Testing

@Suite struct ArenaPoolTests {
    private final class Block: Arena {
        let byteCount: Int
        init(_ byteCount: Int) { self.byteCount = byteCount }
    }
    private let pool = ArenaPool<Block>()

    private func blocks(_ sizes: [Int]) -> [Block] { pool.arenas(of: sizes) { Block($0) } }

    @Test func programsShareWhatFits() {
        let training = blocks([100, 30])
        #expect(training.map(\.byteCount) == [100, 30])
        let rest = blocks([20, 90])
        #expect(rest[0] === training[1] && rest[1] === training[0])
        let larger = blocks([110, 25])
        #expect(larger[0].byteCount == 110 && larger[1] === training[1])
    }

    @Test func noneIsGivenTwiceToOneProgram() {
        let first = blocks([50])
        let second = blocks([40, 40])
        #expect(second.contains { $0 === first[0] })
        #expect(second[0] !== second[1] && second.allSatisfy { $0.byteCount >= 40 })
    }

    @Test func whatNobodyKeepsIsGone() {
        weak var block: Block?
        do { block = blocks([10]).first }
        #expect(block == nil)
        #expect(blocks([5])[0].byteCount == 5)
    }
}
