import Testing

@testable import IbexModels

@Suite struct MersenneTwisterTests {
    /// The first numbers of the authors' program with its seed of 5489, and the ten-thousandth, which the C++ standard
    /// requires of `mt19937`.
    @Test func theAuthorsNumbers() {
        var generator = MersenneTwister(seed: 5489)
        #expect(
            (0..<5).map { _ in generator.next() } == [
                3_499_211_612, 581_869_302, 3_890_346_734, 3_586_334_585, 545_404_204,
            ])
        for _ in 5..<9999 { _ = generator.next() }
        #expect(generator.next() == 4_123_659_995)
    }

    /// `numpy.random.RandomState(seed).shuffle(numpy.arange(count))`.
    @Test(
        arguments: [
            (113, [9, 3, 6, 1, 0, 7, 4, 8, 2, 5]),
            (0, [2, 8, 4, 9, 1, 6, 7, 3, 0, 5]),
            (UInt32.max, [11, 17, 19, 15, 1, 5, 8, 16, 13, 18, 14, 9, 10, 6, 0, 4, 7, 12, 2, 3]),
        ] as [(UInt32, [Int])])
    func shufflesAsNumPy(seed: UInt32, order: [Int]) {
        var generator = MersenneTwister(seed: seed)
        #expect(generator.permutation(order.count) == order)
    }

    /// The rows of Boston housing as Keras splits them: those that the training part and the test part begin with, and
    /// the sum of each row's number times its place.
    @Test func theRowsOfBostonHousing() {
        var generator = MersenneTwister(seed: 113)
        let order = generator.permutation(506)
        #expect(order[..<10] == [22, 202, 368, 335, 461, 323, 382, 143, 146, 141])
        #expect(order[404..<414] == [415, 112, 339, 160, 87, 494, 344, 83, 122, 472])
        #expect(order.last == 165)
        #expect(order.enumerated().reduce(0) { $0 + $1.offset * $1.element } == 33_087_790)
    }

    @Test func nothingToShuffle() {
        var generator = MersenneTwister(seed: 1)
        #expect(generator.permutation(0) == [])
        #expect(generator.permutation(1) == [0])
    }
}
