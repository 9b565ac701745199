/// Where each epoch takes its rows from: a round of the data, which has an order of its own, and places in that order.
struct RowCursor {
    private let rows: Int
    private let rowsPerEpoch: Int
    private var epoch: Int
    /// The number of the round.
    private(set) var round: Int
    private var next: Int

    init(_ plan: FitPlan, rows: Int) {
        self.rows = rows
        rowsPerEpoch = min(plan.steps(rows) * plan.batchSize, rows)
        epoch = plan.epochs.lowerBound
        round = epoch - 1
        next = rows
    }

    /// The places of an epoch's rows. With a number of steps for an epoch, each goes on where the one before it ended; a
    /// new round begins where one is used up.
    mutating func places(of wanted: Int) -> Range<Int> {
        var places = 0..<0
        while epoch <= wanted {
            if next >= rows { (round, next) = (round + 1, 0) }
            places = next..<min(next + rowsPerEpoch, rows)
            next = places.upperBound
            epoch += 1
        }
        return places
    }
}
