/// What `compile` was told: one loss, one weight and one list of metrics for each result.
package struct CompileArguments {
    package let optimizer: Optimizer
    package let losses: [Loss]
    package let lossWeights: [Double]
    package let metrics: [[Metric]]
    package let weightedMetrics: [[Metric]]
}

extension Model {
    /// What `compile` was told; `nil` before it.
    package var compileArguments: CompileArguments? {
        compilation.map {
            CompileArguments(
                optimizer: $0.optimizer, losses: $0.losses, lossWeights: $0.lossWeights, metrics: $0.metrics,
                weightedMetrics: $0.weightedMetrics)
        }
    }
}
