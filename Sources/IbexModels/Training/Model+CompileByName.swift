import IbexGraph

extension Model {
    /// As `compile(optimizer:losses:)`, with losses, weights and metrics by the names of the model's results.
    ///
    ///     try model.compile(
    ///         optimizer: .adam(), losses: ["score": .mse, "kind": .categoricalCrossentropy],
    ///         lossWeights: ["score": 0.5], metrics: ["kind": [.accuracy]])
    ///
    /// - Throws: `IbexError` of kind `name` for a name that no result has, `argument` where a result has no loss.
    public func compile(
        optimizer: Optimizer = .rmsprop(), losses: [String: Loss], lossWeights: [String: Double] = [:],
        metrics: [String: [Metric]] = [:], weightedMetrics: [String: [Metric]] = [:]
    ) throws(IbexError) {
        let names = outputNames
        let given = [Array(losses.keys), Array(lossWeights.keys), Array(metrics.keys), Array(weightedMetrics.keys)]
        for name in given.flatMap(\.self).sorted() where !names.contains(name) {
            throw IbexError(
                .name, at: "compile of \(self.name)", found: "\"\(name)\"",
                expected: names.isEmpty ? "a model with named results" : "one of " + names.joined(separator: ", "))
        }
        let missing = names.filter { losses[$0] == nil }
        guard missing.isEmpty else {
            throw IbexError(
                .argument, at: "compile of \(name)", found: "no loss for " + missing.joined(separator: ", "),
                expected: "one for each result",
                remedy: "Leave a result out of training by a model without it, or give it a weight of 0.")
        }
        compile(
            optimizer: optimizer, losses: names.compactMap { losses[$0] },
            lossWeights: names.map { lossWeights[$0] ?? 1 }, metrics: names.map { metrics[$0] ?? [] },
            weightedMetrics: names.map { weightedMetrics[$0] ?? [] })
    }
}
