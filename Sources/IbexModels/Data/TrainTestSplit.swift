import IbexGraph
import IbexRuntime

/// Splits samples and their targets into a part to train on and a part to test on, in random order.
///
///     let (xTrain, xTest, yTrain, yTest) = try trainTestSplit(x, y, testSize: 0.2, seed: 42)
///
/// - Parameters:
///   - testSize: the fraction of rows to test on, above 0 and below 1; the number of rows is rounded up.
///   - shuffle: whether to mix the rows; else the last ones are tested on.
///   - seed: decides the order; without it the process's seed does (`setRandomSeed`).
/// - Throws: `IbexError` for row counts that differ, a test size out of range, and where a part would be empty.
public func trainTestSplit(
    _ x: Tensor, _ y: Tensor, testSize: Double = 0.25, shuffle: Bool = true, seed: UInt64? = nil
) throws -> (xTrain: Tensor, xTest: Tensor, yTrain: Tensor, yTest: Tensor) {
    guard x.rank > 0, y.rank > 0, x.shape[0] == y.shape[0] else {
        throw IbexError(
            .data, at: "trainTestSplit", found: "samples of shape \(x.shape) and targets of shape \(y.shape)",
            expected: "as many targets as samples")
    }
    let rows = try SplitRows(
        count: x.shape[0], testSize: testSize, seed: shuffle ? seed ?? RandomState.seed : nil)
    let (train, test) = (Tensor(rows.train.map { Int32($0) }), Tensor(rows.test.map { Int32($0) }))
    return (x.gathering(train), x.gathering(test), y.gathering(train), y.gathering(test))
}

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
            var generator = Philox(seed: seed, purpose: 0x7E57)
            order = generator.permutation(count).map(Int.init)
        }
        train = Array(order[..<(count - testCount)])
        test = Array(order[(count - testCount)...])
    }
}
