import IbexGraph

extension Loss {
    /// Binary cross-entropy in which samples that are right already count little (Lin et al., 2017).
    public static var binaryFocalCrossentropy: Loss { binaryFocalCrossentropy() }

    /// (1 - pₜ)^γ times the binary cross-entropy, the mean over an axis, with pₜ the probability of what is true (Lin et
    /// al., 2017).
    ///
    /// - Parameters:
    ///   - appliesClassBalancing: whether ones are weighted with `alpha` and zeros with 1 - `alpha`.
    ///   - gamma: γ; 0 is the plain cross-entropy.
    ///   - fromLogits: whether predictions are logits, without a sigmoid.
    ///   - labelSmoothing: s makes y (1 - s) + s / 2 of each target.
    public static func binaryFocalCrossentropy(
        appliesClassBalancing: Bool = false, alpha: Double = 0.25, gamma: Double = 2, fromLogits: Bool = false,
        labelSmoothing: Double = 0, axis: Int = -1, reduction: Reduction = .sumOverBatchSize,
        name: String = "binary_focal_crossentropy"
    ) -> Loss {
        let arguments: Config = [
            "apply_class_balancing": .bool(appliesClassBalancing), "alpha": .double(alpha), "gamma": .double(gamma),
            "from_logits": .bool(fromLogits), "label_smoothing": .double(labelSmoothing), "axis": .int(axis),
        ]
        return matched(name, "BinaryFocalCrossentropy", reduction, arguments: arguments) { y, x in
            let y = labelSmoothing == 0 ? y : y * (1 - labelSmoothing) + labelSmoothing / 2
            let p = fromLogits ? x.sigmoid() : x
            let held = Logits.clipped(p)
            let crossentropy = -(y * held.log() + (1 - y) * (1 - held).log())
            let missed = 1 - (y * p + (1 - y) * (1 - p))
            let focal = missed.power(gamma) * crossentropy
            let balanced = appliesClassBalancing ? focal * (y * alpha + (1 - y) * (1 - alpha)) : focal
            return balanced.mean(axis: axis)
        }
    }

    /// Categorical cross-entropy in which samples that are right already count little (Lin et al., 2017).
    public static var categoricalFocalCrossentropy: Loss { categoricalFocalCrossentropy() }

    /// Σ α (1 - p)^γ (-y ln p) over the classes of each sample (Lin et al., 2017); targets are one-hot rows.
    ///
    /// - Parameters:
    ///   - fromLogits: whether predictions are logits, without a softmax.
    ///   - labelSmoothing: s makes y (1 - s) + s / classes of each target.
    ///   - axis: the axis of the classes.
    public static func categoricalFocalCrossentropy(
        alpha: Double = 0.25, gamma: Double = 2, fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1,
        reduction: Reduction = .sumOverBatchSize, name: String = "categorical_focal_crossentropy"
    ) -> Loss {
        let arguments: Config = [
            "alpha": .double(alpha), "gamma": .double(gamma), "from_logits": .bool(fromLogits),
            "label_smoothing": .double(labelSmoothing), "axis": .int(axis),
        ]
        return matched(name, "CategoricalFocalCrossentropy", reduction, arguments: arguments) { y, x in
            let classes = Double(y.shape[-1])
            let y = labelSmoothing == 0 ? y : y * (1 - labelSmoothing) + labelSmoothing / classes
            let shares = fromLogits ? x.softmax(axis: axis) : x
            let p = Logits.clipped(shares / shares.sum(axis: axis, keepDims: true))
            return ((1 - p).power(gamma) * alpha * -(y * p.log())).sum(axis: axis)
        }
    }

    /// Between cross-entropy and absolute error: keeps wrong labels from counting much (Zhang and Sabuncu, 2018).
    public static var categoricalGeneralizedCrossEntropy: Loss { categoricalGeneralizedCrossEntropy() }

    /// (1 - p^q) / q with p the probability of the true class (Zhang and Sabuncu, 2018); targets are class numbers.
    public static func categoricalGeneralizedCrossEntropy(
        q: Double = 0.5, reduction: Reduction = .sumOverBatchSize,
        name: String = "categorical_generalized_cross_entropy"
    ) -> Loss {
        Loss(
            name, className: "CategoricalGeneralizedCrossEntropy", reduction: reduction, arguments: ["q": .double(q)],
            rule: .classes(ignored: nil)
        ) { target, prediction in
            let labels = target.rank == prediction.rank ? target.squeezed(axes: [-1]) : target
            let rows = labels.cast(to: .int32).oneHot(depth: prediction.shape[-1], dtype: prediction.dtype)
            let p = (prediction * rows).sum(axis: -1)
            return LossValues((1 - p.power(q)) / q)
        }
    }
}
