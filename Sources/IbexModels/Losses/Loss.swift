import IbexGraph

/// What training makes small: a number for each sample, and how they become one.
///
///     model.compile(optimizer: .adam(), loss: .categoricalCrossentropy)
///     model.compile(optimizer: .adam(), loss: .binaryCrossentropy(fromLogits: true))
///     model.compile(optimizer: .adam(), loss: Loss("quartic") { y, p in (p - y).square().square().mean(axis: -1) })
public struct Loss: Sendable {
    /// What it is called in logs: Keras's name of the function.
    public var name: String
    public var reduction: Reduction
    /// Keras's class name, such as `CategoricalCrossentropy`.
    public let className: String
    let arguments: Config
    let rule: TargetRule
    let compute: @Sendable (_ target: Tensor, _ prediction: Tensor) -> LossValues

    /// A loss of your own: from target and prediction, [batch, …] each, one number for each sample.
    public init(
        _ name: String, reduction: Reduction = .sumOverBatchSize,
        perSample: @escaping @Sendable (_ target: Tensor, _ prediction: Tensor) -> Tensor
    ) {
        self.init(name, className: name, reduction: reduction, rule: .any) {
            LossValues(perSample($0.cast(to: $1.dtype), $1))
        }
    }

    init(
        _ name: String, className: String, reduction: Reduction, arguments: Config = [:], rule: TargetRule,
        compute: @escaping @Sendable (Tensor, Tensor) -> LossValues
    ) {
        self.name = name
        self.className = className
        self.reduction = reduction
        self.arguments = arguments
        self.rule = rule
        self.compute = compute
    }

    /// The loss of a batch.
    ///
    /// - Parameters:
    ///   - sampleWeight: one weight for each sample, or each step of each sample.
    ///   - mask: `true` for what counts.
    /// - Throws: `IbexError` of kind `shape` where target and prediction do not fit.
    public func callAsFunction(
        _ target: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil, mask: Tensor? = nil
    ) throws(IbexError) -> Tensor {
        try check(target: target.type, prediction: prediction.type)
        return evaluate(target, prediction, sampleWeight: sampleWeight, mask: mask)
    }

    /// The loss, reduced.
    func evaluate(
        _ target: Tensor, _ prediction: Tensor, sampleWeight: Tensor?, mask: Tensor? = nil
    ) -> Tensor {
        let values = compute(target, prediction)
        let masks = [mask, values.mask].compactMap(\.self)
        let common = masks.dropFirst().reduce(masks.first) { known, mask in
            known.map { $0 .& RankMatching.alignedWeights(mask, $0) }
        }
        return reduction.reduce(values.perSample, weights: sampleWeight, mask: common)
    }

    /// The arguments that the loss was made with, under Keras's names.
    public var config: Config {
        arguments.merging(["name": .string(name), "reduction": .string(reduction.rawValue)]) { $1 }
    }

    /// The loss in Keras's wrapping; one of your own goes by its name.
    public var serialized: ConfigValue {
        isKeras
            ? .serialized(module: "keras.losses", className: className, config: config) : .serialized(function: name)
    }
}

/// The losses of single samples, before weights and reduction.
struct LossValues {
    var perSample: Tensor
    /// What counts, where the loss itself leaves samples out.
    var mask: Tensor?

    init(_ perSample: Tensor, mask: Tensor? = nil) {
        self.perSample = perSample
        self.mask = mask
    }
}
