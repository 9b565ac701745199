import IbexGraph
import IbexRuntime

/// Each sample brought to mean 0 and variance 1 along some axes, then scaled and moved (Ba et al., 2016):
/// y = (x - mean) / √(variance + ε) · gamma + beta, with the biased variance.
///
/// With `rmsScaling`, y = x / √(variance + ε) · gamma, as Keras 3 keeps it for old models.
///
/// Shapes: x of any rank; gamma and beta have the extents of the axes, in rising order.
///
///     LayerNormalization()
///     LayerNormalization(axis: [1, 2, 3])
public final class LayerNormalization: Layer, ConfiguredLayer {
    public let axis: Axes
    public let epsilon: Double
    public let rmsScaling: Bool
    let scaleAndOffset: ScaleAndOffset
    public private(set) var gamma: Variable?
    public private(set) var beta: Variable?

    public convenience init(
        axis: Axes = -1, epsilon: Double = 1e-3, center: Bool = true, scale: Bool = true, rmsScaling: Bool = false,
        betaInitializer: Initializer = .zeros, gammaInitializer: Initializer = .ones,
        betaRegularizer: Regularizer? = nil, gammaRegularizer: Regularizer? = nil,
        betaConstraint: Constraint? = nil, gammaConstraint: Constraint? = nil, name: String? = nil
    ) {
        self.init(
            axis, epsilon: epsilon, rmsScaling: rmsScaling,
            scaleAndOffset: ScaleAndOffset(
                center: center, scale: scale, betaInitializer: betaInitializer, gammaInitializer: gammaInitializer,
                betaRegularizer: betaRegularizer, gammaRegularizer: gammaRegularizer,
                betaConstraint: betaConstraint, gammaConstraint: gammaConstraint),
            name: name)
    }

    private init(
        _ axis: Axes, epsilon: Double, rmsScaling: Bool, scaleAndOffset: ScaleAndOffset, name: String?
    ) {
        self.axis = axis
        self.epsilon = epsilon
        self.rmsScaling = rmsScaling
        self.scaleAndOffset = scaleAndOffset
        super.init(name: name)
    }

    public convenience init(config: Config) throws {
        let place = "LayerNormalization"
        self.init(
            try config.axes("axis", at: place, default: -1),
            epsilon: try config.double("epsilon", at: place, default: 1e-3),
            rmsScaling: try config.bool("rms_scaling", at: place, default: false),
            scaleAndOffset: try ScaleAndOffset(config, at: place), name: config.layerName)
        try applyCommon(config)
    }

    public override var supportsMasking: Bool { true }

    public override func build(_ inputs: [Shape]) throws {
        let input = try single(inputs)
        var wanted = scaleAndOffset
        if rmsScaling { (wanted.scale, wanted.center) = (true, false) }
        (gamma, beta) = wanted.makeWeights(of: self, shape: Shape(try axes(axis, of: input).map { input[$0] }))
    }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        let input = try single(inputs)
        try checkExtents(input, along: try axes(axis, of: input))
        return [input]
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        let x = input.cast(to: dtype)
        let axes = try axes(axis, of: x.shape)
        let (mean, variance) = x.shiftedMoments(axes: axes)
        let weights = x.shape.keeping(axes)
        var y = (rmsScaling ? x : x - mean) * (variance + epsilon).rsqrt()
        if let gamma { y = y * gamma.value.reshaped(to: weights) }
        if let beta { y = y + beta.value.reshaped(to: weights) }
        return y
    }

    public override var config: Config {
        super.config.merging(scaleAndOffset.config) { $1 }.merging([
            "axis": axis.configValue(built: isBuilt), "epsilon": .double(epsilon), "rms_scaling": .bool(rmsScaling),
        ]) { $1 }
    }
}
