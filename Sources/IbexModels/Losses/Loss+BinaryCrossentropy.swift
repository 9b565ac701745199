import IbexGraph

extension Loss {
    /// -(y ln p + (1 - y) ln(1 - p)), the mean over the last axis; targets are 0 or 1.
    public static var binaryCrossentropy: Loss { binaryCrossentropy() }

    /// -(y ln p + (1 - y) ln(1 - p)), the mean over an axis.
    ///
    /// Predictions that come straight from a sigmoid are computed from its logits; others are clipped to
    /// [ε, 1 - ε], ε that of `Configuration.epsilon()`.
    ///
    /// - Parameters:
    ///   - fromLogits: whether predictions are logits, without a sigmoid.
    ///   - labelSmoothing: s makes y (1 - s) + s / 2 of each target.
    public static func binaryCrossentropy(
        fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1,
        reduction: Reduction = .sumOverBatchSize, name: String = "binary_crossentropy"
    ) -> Loss {
        let arguments: Config = [
            "from_logits": .bool(fromLogits), "label_smoothing": .double(labelSmoothing), "axis": .int(axis),
        ]
        return Loss(
            name, className: "BinaryCrossentropy", reduction: reduction, arguments: arguments, rule: .elementwise
        ) { target, prediction in
            let logits = Logits.behindSigmoid(prediction) ?? (fromLogits ? prediction : nil)
            let (matched, x) = RankMatching.matched(target.cast(to: prediction.dtype), logits ?? prediction)
            let y = labelSmoothing == 0 ? matched : matched * (1 - labelSmoothing) + labelSmoothing / 2
            if logits != nil { return LossValues(stable(x, y).mean(axis: axis)) }
            let p = Logits.clipped(x)
            return LossValues(-(y * p.log() + (1 - y) * (1 - p).log()).mean(axis: axis))
        }
    }

    /// max(x, 0) - x y + ln(1 + e^-|x|), with each half written so that its small part survives.
    private static func stable(_ x: Tensor, _ y: Tensor) -> Tensor {
        Tensor.where(x .>= 0, (-x).softplus() + (1 - y) * x, x.softplus() - y * x)
    }
}
