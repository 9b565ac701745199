import IbexGraph
import IbexRuntime

/// Features shifted and scaled by a mean and a variance that are known: y = (x - mean) / max(√variance, 1e-7); with
/// `invert` the way back, y = x · max(√variance, 1e-7) + mean.
///
/// Mean and variance are given, or computed from data by `adapt`; then they are the weights `mean` and `variance`, beside
/// Keras's `count`, which stays 0. Shapes: x of any rank; `axis` names the axes with statistics of their own, none of
/// them for one mean of everything.
///
///     let normalization = Normalization()
///     try normalization.adapt(xTrain)
///     let model = Sequential([normalization, Dense(64, activation: .relu), Dense(1)])
public final class Normalization: Layer, ConfiguredLayer {
    public let axis: Axes
    public let invert: Bool
    private let givenMean: [Double]?
    private let givenVariance: [Double]?
    private var mean: Variable?
    private var variance: Variable?

    /// - Parameters:
    ///   - mean: one number, or one for each element of the axis; given with `variance` or not at all.
    public init(
        axis: Axes = -1, mean: [Double]? = nil, variance: [Double]? = nil, invert: Bool = false, name: String? = nil
    ) {
        self.axis = axis
        self.invert = invert
        givenMean = mean
        givenVariance = variance
        super.init(name: name)
    }

    public convenience init(config: Config) throws {
        let place = "Normalization"
        func numbers(_ key: String) throws(IbexError) -> [Double]? {
            guard let value = config[key], !value.isNull else { return nil }
            if let number = value.double { return [number] }
            return try config.doubles(key, at: place)
        }
        let hasNone = config["axis"]?.isNull == true
        self.init(
            axis: hasNone ? [] : try config.axes("axis", at: place, default: -1), mean: try numbers("mean"),
            variance: try numbers("variance"), invert: try config.bool("invert", at: place, default: false),
            name: config.layerName)
        try applyCommon(config)
    }

    public override var supportsMasking: Bool { true }

    private func kept(_ input: Shape) throws(IbexError) -> [Int] {
        axis.values.isEmpty ? [] : try axes(axis, of: input)
    }

    public override func build(_ inputs: [Shape]) throws {
        let shape = Shape(try check(inputs).map { inputs[0][$0] })
        guard givenMean == nil else { return }
        mean = addWeight(name: "mean", shape: shape, initializer: .zeros, trainable: false)
        variance = addWeight(name: "variance", shape: shape, initializer: .ones, trainable: false)
        addWeight(name: "count", shape: .scalar, initializer: .zeros, trainable: false, dtype: .int32)
    }

    /// The axes that keep statistics of their own.
    private func check(_ inputs: [Shape]) throws -> [Int] {
        let input = try single(inputs)
        let kept = try kept(input)
        guard let givenMean, let givenVariance else {
            guard givenMean == nil, givenVariance == nil else {
                throw argumentError("only one of mean and variance", expected: "both, or none")
            }
            try checkExtents(input, along: kept)
            return kept
        }
        let wanted = kept.last.map { input[$0] } ?? 1
        guard givenMean.count == givenVariance.count, givenMean.count == 1 || givenMean.count == wanted else {
            throw argumentError(
                "\(givenMean.count) means and \(givenVariance.count) variances",
                expected: "one of each, or \(wanted) of each for an input of shape \(input)")
        }
        return kept
    }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        _ = try check(inputs)
        return [try single(inputs)]
    }

    /// Takes mean and variance from data, instead of what was there before.
    ///
    /// - Throws: `IbexError` where they were given, or where the data does not fit.
    public func adapt(_ data: Tensor) throws {
        guard givenMean == nil else {
            throw IbexError(
                .state, at: place, found: "a layer with a mean of its own", expected: "one without",
                remedy: "Leave out mean and variance to adapt the layer.")
        }
        try buildIfNeeded([data.shape])
        let kept = try check([data.shape])
        let x = data.cast(to: dtype)
        let moments = x.shiftedMoments(axes: x.shape.axes(except: kept))
        guard let mean, let variance else { return }
        mean.assign(moments.mean.reshaped(to: mean.shape))
        variance.assign(moments.variance.reshaped(to: variance.shape))
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        let x = input.cast(to: dtype)
        let kept = try kept(x.shape)
        func spread(_ given: [Double]?, _ weight: Variable?) -> Tensor {
            if let weight { return weight.value.reshaped(to: x.shape.keeping(kept)) }
            let numbers = given ?? []
            let shape = x.shape.keeping(numbers.count == 1 ? [] : Array(kept.suffix(1)))
            return Tensor(shape: shape, scalars: numbers).cast(to: dtype)
        }
        let mean = spread(givenMean, mean)
        let deviation = spread(givenVariance, variance).sqrt().maximum(1e-7)
        return invert ? x * deviation + mean : (x - mean) / deviation
    }

    public override var config: Config {
        func numbers(_ values: [Double]?) -> ConfigValue { values.map { .array($0.map { .double($0) }) } ?? .null }
        return super.config.merging([
            "axis": ConfigValue(axis.values), "invert": .bool(invert), "mean": numbers(givenMean),
            "variance": numbers(givenVariance),
        ]) { $1 }
    }
}
