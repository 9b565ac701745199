import IbexGraph

/// Which rows go to the training part and which to the test part.
struct SplitRows: Sendable {
    let train: [Int]
    let test: [Int]

    /// - Parameters:
    ///   - testSize: the fraction of rows to test on, above 0 and below 1; the number of rows is rounded up.
    ///   - seed: decides the order; `nil` keeps the rows in theirs and tests on the last.
    /// - Throws: `IbexError` where a part would be empty.
    init(count: Int, testSize: Double, seed: UInt64?) throws {
        guard testSize > 0, testSize < 1 else {
            throw IbexError(
                .argument, at: "trainTestSplit", found: "the test size \(testSize)",
                expected: "a fraction of the rows, above 0 and below 1")
        }
        let testCount = Int((testSize * Double(count)).rounded(.up))
        guard testCount > 0, testCount < count else {
            throw IbexError(
                .data, at: "trainTestSplit", found: "\(count) rows, \(testCount) of them to test on",
                expected: "at least one row in either part")
        }
        var order = Array(0..<count)
        if let seed {
            var generator = SplitMix64(seed: seed)
            order = generator.permutation(count)
        }
        train = Array(order[..<(count - testCount)])
        test = Array(order[(count - testCount)...])
    }
}
