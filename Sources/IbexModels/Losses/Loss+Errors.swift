import IbexGraph

extension Loss {
    /// The mean of (y - p)² over the last axis.
    public static var meanSquaredError: Loss { meanSquaredError() }
    /// The mean squared error, by Keras's short name.
    public static var mse: Loss { meanSquaredError }
    public static func meanSquaredError(
        reduction: Reduction = .sumOverBatchSize, name: String = "mean_squared_error"
    ) -> Loss {
        overLastAxis(name, "MeanSquaredError", reduction) { y, p in (p - y).square() }
    }

    /// The mean of |y - p| over the last axis.
    public static var meanAbsoluteError: Loss { meanAbsoluteError() }
    /// The mean absolute error, by Keras's short name.
    public static var mae: Loss { meanAbsoluteError }
    public static func meanAbsoluteError(
        reduction: Reduction = .sumOverBatchSize, name: String = "mean_absolute_error"
    ) -> Loss {
        overLastAxis(name, "MeanAbsoluteError", reduction) { y, p in (p - y).abs() }
    }

    /// 100 times the mean of |y - p| / max(|y|, ε) over the last axis, ε that of `Configuration.epsilon()`.
    public static var meanAbsolutePercentageError: Loss { meanAbsolutePercentageError() }
    public static func meanAbsolutePercentageError(
        reduction: Reduction = .sumOverBatchSize, name: String = "mean_absolute_percentage_error"
    ) -> Loss {
        overLastAxis(name, "MeanAbsolutePercentageError", reduction) { y, p in
            ((y - p) / y.abs().maximum(Logits.fuzz)).abs() * 100
        }
    }

    /// The mean of (ln(1 + y) - ln(1 + p))² over the last axis; y and p are held above
    /// `Configuration.epsilon()`.
    public static var meanSquaredLogarithmicError: Loss { meanSquaredLogarithmicError() }
    public static func meanSquaredLogarithmicError(
        reduction: Reduction = .sumOverBatchSize, name: String = "mean_squared_logarithmic_error"
    ) -> Loss {
        overLastAxis(name, "MeanSquaredLogarithmicError", reduction) { y, p in
            (p.maximum(Logits.fuzz).log1p() - y.maximum(Logits.fuzz).log1p()).square()
        }
    }

    /// A loss that is the mean of something over the last axis of target and prediction.
    static func overLastAxis(
        _ name: String, _ className: String, _ reduction: Reduction, arguments: Config = [:],
        _ error: @escaping @Sendable (_ target: Tensor, _ prediction: Tensor) -> Tensor
    ) -> Loss {
        matched(name, className, reduction, arguments: arguments) { error($0, $1).mean(axis: -1) }
    }

    /// A loss of target and prediction of one shape and type.
    static func matched(
        _ name: String, _ className: String, _ reduction: Reduction, arguments: Config = [:],
        _ perSample: @escaping @Sendable (_ target: Tensor, _ prediction: Tensor) -> Tensor
    ) -> Loss {
        Loss(name, className: className, reduction: reduction, arguments: arguments, rule: .elementwise) {
            let (y, p) = RankMatching.matched($0.cast(to: $1.dtype), $1)
            return LossValues(perSample(y, p))
        }
    }
}
