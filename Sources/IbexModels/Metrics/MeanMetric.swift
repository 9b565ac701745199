import IbexGraph
import IbexRuntime

/// A mean over samples, weighted where weights are given: Σ w v / Σ w. What a mask leaves out weighs nothing.
open class MeanMetric: Metric {
    /// One number, or several, for each sample.
    open func values(_ target: Tensor, _ prediction: Tensor) -> Tensor { prediction }

    open override var usesMask: Bool { true }

    open override func update(_ target: Tensor, _ prediction: Tensor, sampleWeight: Tensor?) throws {
        add(values(target, prediction), weights: sampleWeight)
    }

    /// Adds numbers, reduced to one for each sample first.
    func add(_ values: Tensor, weights: Tensor?) {
        build()
        var values = values.cast(to: dtype)
        var count: Tensor
        if var weights = weights?.cast(to: dtype) {
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
            count = .fill(Double(values.shape.extents.first ?? 1), .scalar, dtype)
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

    public override var usesMask: Bool { false }

    /// Adds values, [batch, …].
    public func update(_ values: Tensor, sampleWeight: Tensor? = nil) throws {
        try updateState(values, values, sampleWeight: sampleWeight)
    }

    static let entry = MetricEntry("Mean") { _, name throws(IbexError) in Mean(name: name ?? "mean") }
}

/// The mean of a function of target and prediction, [batch, …] each, that gives one number, or several, for each sample.
///
///     let worst = MeanMetricWrapper("worst_error") { y, p in (y - p).abs().max(axis: -1) }
///     model.compile(optimizer: .adam(), loss: .meanSquaredError, metrics: [worst])
///
/// A configuration holds the function's name only, as Keras's does.
public final class MeanMetricWrapper: MeanMetric {
    private let function: (_ target: Tensor, _ prediction: Tensor) -> Tensor

    public init(_ name: String, _ function: @escaping (_ target: Tensor, _ prediction: Tensor) -> Tensor) {
        self.function = function
        super.init(name: name)
    }

    public override func values(_ target: Tensor, _ prediction: Tensor) -> Tensor {
        function(target.cast(to: prediction.dtype), prediction)
    }

    public override var config: Config { super.config.merging(["fn": .serialized(function: name)]) { $1 } }
}
