import IbexGraph
import IbexRuntime

extension Loss {
    /// Draws rows of one label together and pushes others apart (Sun et al., 2020).
    public static var circle: Loss { circle() }

    /// ln(1 + Σ exp(γ aₙ sₙ) Σ exp(-γ aₚ sₚ)) for each row, over the rows of other and of its own label (Sun et al., 2020).
    ///
    /// Predictions are rows of length 1, [batch, dimensions]; targets one whole number for each row. Rows that lose
    /// nothing do not count in the mean.
    ///
    /// - Parameters:
    ///   - gamma: how sharp the difference between near and far is.
    ///   - margin: by how much rows of one label should be nearer than others.
    ///   - removesDiagonal: whether a row is left out of its own label's rows.
    public static func circle(
        gamma: Double = 80, margin: Double = 0.4, removesDiagonal: Bool = true,
        reduction: Reduction = .sumOverBatchSize, name: String = "circle"
    ) -> Loss {
        let arguments: Config = [
            "gamma": .double(gamma), "margin": .double(margin), "remove_diagonal": .bool(removesDiagonal),
        ]
        return Loss(name, className: "Circle", reduction: reduction, arguments: arguments, rule: .labels) {
            target, rows in
            let labels = target.reshaped(-1).cast(to: .int32)
            var isAlike = labels.expandedDims(axis: 1) .== labels.expandedDims(axis: 0)
            let isOther = !isAlike
            if removesDiagonal {
                let numbers = Tensor.arange(labels.elementCount)
                isAlike = isAlike .& (numbers.expandedDims(axis: 1) .!= numbers.expandedDims(axis: 0))
            }
            let distance = (1 - rows.matmul(rows.transposed())).maximum(0)
            func pull(_ counts: Tensor, _ weight: Tensor, _ reach: Tensor) -> Tensor {
                let power = weight.maximum(0) * reach * gamma
                return Tensor.where(counts, power, power.filled(-.infinity)).logSumExp(axes: [1])
            }
            let near = pull(isAlike, distance + margin, distance - margin)
            let far = pull(isOther, 1 + margin - distance, 1 - margin - distance)
            let loss = (near + far).softplus()
            return LossValues(loss, mask: loss .> 0)
        }
    }
}
