import IbexGraph

extension Loss {
    /// The mean of (y - p)² over the last axis.
    public static var meanSquaredError: Loss { meanSquaredError() }
    public static func meanSquaredError(
        reduction: Reduction = .sumOverBatchSize, name: String = "mean_squared_error"
    ) -> Loss {
        error(name, "MeanSquaredError", reduction) { $0.square() }
    }

    /// The mean of |y - p| over the last axis.
    public static var meanAbsoluteError: Loss { meanAbsoluteError() }
    public static func meanAbsoluteError(
        reduction: Reduction = .sumOverBatchSize, name: String = "mean_absolute_error"
    ) -> Loss {
        error(name, "MeanAbsoluteError", reduction) { $0.abs() }
    }

    private static func error(
        _ name: String, _ className: String, _ reduction: Reduction, _ size: @escaping @Sendable (Tensor) -> Tensor
    ) -> Loss {
        Loss(name, className: className, reduction: reduction, rule: .elementwise) { target, prediction in
            let (y, p) = RankMatching.matched(target.cast(to: prediction.dtype), prediction)
            return LossValues(size(p - y).mean(axis: -1))
        }
    }
}
