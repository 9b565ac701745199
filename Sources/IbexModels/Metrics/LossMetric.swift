import IbexGraph

/// The mean of a loss over samples; unlike the loss itself it divides by the sum of weights.
///
///     model.compile(optimizer: .adam(), loss: .meanSquaredError, metrics: [.mean(of: .huber(delta: 2)), .mae])
///
/// Its configuration is that of Keras's metric for the loss where there is one, and of `MeanMetricWrapper` elsewhere.
public final class LossMetric: MeanMetric {
    public let loss: Loss

    public init(_ loss: Loss, name: String? = nil) {
        self.loss = loss
        super.init(name: name ?? loss.name)
    }

    public override func values(_ target: Tensor, _ prediction: Tensor) -> Tensor {
        loss.compute(target, prediction).perSample
    }

    /// Samples that the loss leaves out weigh nothing; without weights they count as zeros, as in Keras.
    public override func update(_ target: Tensor, _ prediction: Tensor, sampleWeight: Tensor?) throws {
        let values = loss.compute(target, prediction)
        let weights = sampleWeight.map { weights in
            values.mask.map {
                RankMatching.alignedWeights(weights.cast(to: dtype), values.perSample) * $0.cast(to: dtype)
            } ?? weights
        }
        add(values.perSample, weights: weights)
    }

    public override func check(target: TensorType, prediction: TensorType) throws {
        try loss.rule.check(target: target, prediction: prediction, at: place)
    }

    public override var direction: Direction? { .down }

    private var listing: Listing? { Self.listings.first { $0.loss == loss.className } }

    public override var className: String { listing?.className ?? "MeanMetricWrapper" }

    public override var config: Config {
        guard let listing else {
            let function = ConfigValue.serialized(function: KerasName.snakeCase(loss.className))
            return loss.arguments.merging(super.config.merging(["fn": function]) { $1 }) { $1 }
        }
        let arguments = loss.arguments.merging(["axis": -1]) { given, _ in given }
        return super.config.merging(arguments.filter { listing.keys.contains($0.key) }) { $1 }
    }
}

extension LossMetric {
    /// What Keras has among its metrics of a loss.
    private struct Listing {
        let className: String
        let loss: String
        let name: String
        /// The loss's arguments that the metric has too.
        let keys: [String]

        init(_ className: String, loss: String? = nil, name: String? = nil, keys: [String] = []) {
            self.className = className
            self.loss = loss ?? className
            self.name = name ?? KerasName.snakeCase(className)
            self.keys = keys
        }
    }

    private static let listings = [
        Listing("MeanSquaredError"), Listing("MeanAbsoluteError"), Listing("MeanAbsolutePercentageError"),
        Listing("MeanSquaredLogarithmicError"), Listing("LogCoshError", loss: "LogCosh", name: "logcosh"),
        Listing("Hinge"), Listing("SquaredHinge"), Listing("CategoricalHinge"), Listing("KLDivergence"),
        Listing("Poisson"),
        Listing("BinaryCrossentropy", keys: ["from_logits", "label_smoothing"]),
        Listing("CategoricalCrossentropy", keys: ["from_logits", "label_smoothing", "axis"]),
        Listing("SparseCategoricalCrossentropy", keys: ["from_logits", "ignore_class", "axis"]),
    ]

    static var entries: [MetricEntry] {
        listings.map { listing in
            MetricEntry(listing.className) { config, name throws(IbexError) in
                LossMetric(try Loss(listing.loss, arguments: config), name: name ?? listing.name)
            }
        }
    }
}

extension Metric {
    /// The mean of (y - p)².
    public static var meanSquaredError: Metric { LossMetric(.meanSquaredError) }
    /// The mean of |y - p|.
    public static var meanAbsoluteError: Metric { LossMetric(.meanAbsoluteError) }
    /// 100 times the mean of |y - p| / |y|.
    public static var meanAbsolutePercentageError: Metric { LossMetric(.meanAbsolutePercentageError) }
    /// The mean of (ln(1 + y) - ln(1 + p))².
    public static var meanSquaredLogarithmicError: Metric { LossMetric(.meanSquaredLogarithmicError) }
    /// The mean of ln cosh(p - y), called `logcosh` in logs.
    public static var logCoshError: Metric { LossMetric(.logCosh, name: "logcosh") }
    /// The mean of max(1 - y p, 0).
    public static var hinge: Metric { LossMetric(.hinge) }
    /// The mean of max(1 - y p, 0)².
    public static var squaredHinge: Metric { LossMetric(.squaredHinge) }
    /// max(0, 1 + the largest (1 - y) p - Σ y p).
    public static var categoricalHinge: Metric { LossMetric(.categoricalHinge) }
    /// Σ y ln(y / p).
    public static var klDivergence: Metric { LossMetric(.klDivergence) }
    /// The mean of p - y ln p.
    public static var poisson: Metric { LossMetric(.poisson) }
    public static var binaryCrossentropy: Metric { LossMetric(.binaryCrossentropy) }
    public static var categoricalCrossentropy: Metric { LossMetric(.categoricalCrossentropy) }
    public static var sparseCategoricalCrossentropy: Metric { LossMetric(.sparseCategoricalCrossentropy) }
    /// The mean squared error under Keras's short name.
    public static var mse: Metric { LossMetric(.meanSquaredError, name: "mse") }
    /// The mean absolute error under Keras's short name.
    public static var mae: Metric { LossMetric(.meanAbsoluteError, name: "mae") }
    /// Any loss as a metric.
    public static func mean(of loss: Loss, name: String? = nil) -> Metric { LossMetric(loss, name: name) }
}
