import IbexGraph

extension Loss {
    /// -Σ y ln p over the classes of each sample; targets are rows of probabilities, such as one-hot rows.
    public static var categoricalCrossentropy: Loss { categoricalCrossentropy() }

    /// -Σ y ln p over the classes of each sample.
    ///
    /// Predictions that come straight from a softmax are computed from its logits; others are divided by their sum and
    /// clipped to [ε, 1 - ε], ε that of `Configuration.epsilon()`.
    ///
    /// - Parameters:
    ///   - fromLogits: whether predictions are logits, without a softmax.
    ///   - labelSmoothing: s makes y (1 - s) + s / classes of each target.
    ///   - axis: the axis of the classes.
    public static func categoricalCrossentropy(
        fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1,
        reduction: Reduction = .sumOverBatchSize, name: String = "categorical_crossentropy"
    ) -> Loss {
        let arguments: Config = [
            "from_logits": .bool(fromLogits), "label_smoothing": .double(labelSmoothing), "axis": .int(axis),
        ]
        return Loss(
            name, className: "CategoricalCrossentropy", reduction: reduction, arguments: arguments, rule: .categorical
        ) { target, prediction in
            let axis = axis < 0 ? axis + prediction.rank : axis
            var y = RankMatching.matched(target.cast(to: prediction.dtype), prediction).0
            if labelSmoothing != 0 {
                y = y * (1 - labelSmoothing) + labelSmoothing / Double(prediction.shape[axis])
            }
            let isLast = axis == prediction.rank - 1
            let logits = isLast ? Logits.behindSoftmax(prediction) : nil
            if isLast, fromLogits || logits != nil {
                return LossValues(Logits.crossentropy(logits ?? prediction, labels: y))
            }
            if fromLogits { return LossValues(-(y * prediction.logSoftmax(axis: axis)).sum(axis: axis)) }
            let p = Logits.clipped(prediction / prediction.sum(axis: axis, keepDims: true))
            return LossValues(-(y * p.log()).sum(axis: axis))
        }
    }

    /// -ln p of the true class; targets are class numbers.
    public static var sparseCategoricalCrossentropy: Loss { sparseCategoricalCrossentropy() }

    /// -ln p of the true class; targets are class numbers, [batch, …] or [batch, …, 1].
    ///
    /// - Parameters:
    ///   - fromLogits: whether predictions are logits, without a softmax.
    ///   - ignoreClass: a class whose samples count for nothing.
    ///   - axis: the axis of the classes; targets have the other axes.
    public static func sparseCategoricalCrossentropy(
        fromLogits: Bool = false, ignoreClass: Int? = nil, axis: Int = -1,
        reduction: Reduction = .sumOverBatchSize, name: String = "sparse_categorical_crossentropy"
    ) -> Loss {
        var arguments: Config = ["from_logits": .bool(fromLogits), "ignore_class": ConfigValue(ignoreClass)]
        // Keras's configuration leaves the axis out.
        if axis != -1 { arguments["axis"] = .int(axis) }
        return Loss(
            name, className: "SparseCategoricalCrossentropy", reduction: reduction, arguments: arguments,
            rule: .classes(ignored: ignoreClass, axis: axis)
        ) { target, prediction in
            let isLast = axis == -1 || axis == prediction.rank - 1
            let prediction = isLast ? prediction : prediction.movedAxis(from: axis, to: -1)
            var labels = target.dtype == .int64 ? target : target.cast(to: .int32)
            if labels.rank == prediction.rank { labels = labels.squeezed(axes: [-1]) }
            let counts = ignoreClass.map { labels .!= Double($0) }
            if let counts { labels = Tensor.where(counts, labels, labels.filled(0)) }
            let logits = Logits.behindSoftmax(prediction)
            let source = logits ?? (fromLogits ? prediction : Logits.clipped(prediction).log())
            let loss = Logits.crossentropy(source, labels: labels)
            return LossValues(counts.map { Tensor.where($0, loss, loss.filled(0)) } ?? loss, mask: counts)
        }
    }
}
