import IbexGraph
import IbexRuntime

/// A mean over samples, weighted where weights are given: Σ w v / Σ w.
open class MeanMetric: Metric {
    /// One number, or several, for each sample.
    open func values(_ target: Tensor, _ prediction: Tensor) -> Tensor { prediction }

    open override func update(_ target: Tensor, _ prediction: Tensor, sampleWeight: Tensor?) throws {
        let values = values(target, prediction)
        add(values.dtype == .float32 ? values : values.cast(to: .float32), weights: sampleWeight)
    }

    /// Adds numbers, reduced to one for each sample first.
    func add(_ values: Tensor, weights: Tensor?) {
        build()
        var values = values
        var count: Tensor
        if var weights = weights?.cast(to: .float32) {
            if weights.rank == values.rank + 1, weights.shape[-1] == 1 { weights = weights.squeezed(axes: [-1]) }
            if values.rank > weights.rank { values = values.mean(axes: Array(weights.rank..<values.rank)) }
            values = values * weights
            if values.rank > 1 {
                values = values.mean(axes: Array(1..<values.rank))
                if weights.rank > 1 { weights = weights.mean(axes: Array(1..<weights.rank)) }
            }
            count = weights.sum()
        } else {
            if values.rank > 1 { values = values.mean(axes: Array(1..<values.rank)) }
            count = .fill(Double(values.shape.extents.first ?? 1), .scalar, .float32)
        }
        variables[0].assign(variables[0].value + values.sum())
        variables[1].assign(variables[1].value + count)
    }
}

/// The mean of the values that it is given.
///
///     let mean = Mean()
///     try mean.update(Tensor([1, 3] as [Float]))
///     try mean.result()                            // 2
public final class Mean: MeanMetric {
    public override init(name: String = "mean") { super.init(name: name) }

    /// Adds values, [batch, …].
    public func update(_ values: Tensor, sampleWeight: Tensor? = nil) throws {
        try updateState(values, values, sampleWeight: sampleWeight)
    }
}

/// The mean of a loss over samples; unlike the loss itself it divides by the sum of weights.
public final class LossMetric: MeanMetric {
    public let loss: Loss

    public init(_ loss: Loss, name: String? = nil) {
        self.loss = loss
        super.init(name: name ?? loss.name)
    }

    public override var className: String { loss.className }

    public override func values(_ target: Tensor, _ prediction: Tensor) -> Tensor {
        loss.compute(target, prediction).perSample
    }

    public override func check(target: TensorType, prediction: TensorType) throws {
        try loss.check(target: target, prediction: prediction)
    }

    public override var config: Config { loss.arguments.merging(super.config) { $1 } }
}

extension Metric {
    public static var meanSquaredError: Metric { LossMetric(.meanSquaredError) }
    public static var meanAbsoluteError: Metric { LossMetric(.meanAbsoluteError) }
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
