import IbexGraph
import IbexRuntime

/// Channels in groups, each group of each sample brought to mean 0 and variance 1, then scaled and moved
/// (Wu and He, 2018): y = (x - mean) / √(variance + ε) · gamma + beta, with the biased variance.
///
/// One group is layer normalization over all axes, as many groups as channels instance normalization; `groups: -1`
/// stands for the latter.
///
/// Shapes: x [batch, …] with `axis` as the channels; gamma and beta [channels].
///
///     GroupNormalization(groups: 8)
public final class GroupNormalization: Layer, ConfiguredLayer {
    public let groups: Int
    public let axis: Int
    public let epsilon: Double
    let scaleAndOffset: ScaleAndOffset
    public private(set) var gamma: Variable?
    public private(set) var beta: Variable?

    public convenience init(
        groups: Int = 32, axis: Int = -1, epsilon: Double = 1e-3, center: Bool = true, scale: Bool = true,
        betaInitializer: Initializer = .zeros, gammaInitializer: Initializer = .ones,
        betaRegularizer: Regularizer? = nil, gammaRegularizer: Regularizer? = nil,
        betaConstraint: Constraint? = nil, gammaConstraint: Constraint? = nil, name: String? = nil
    ) {
        self.init(
            groups, axis: axis, epsilon: epsilon,
            scaleAndOffset: ScaleAndOffset(
                center: center, scale: scale, betaInitializer: betaInitializer, gammaInitializer: gammaInitializer,
                betaRegularizer: betaRegularizer, gammaRegularizer: gammaRegularizer,
                betaConstraint: betaConstraint, gammaConstraint: gammaConstraint),
            name: name)
    }

    private init(_ groups: Int, axis: Int, epsilon: Double, scaleAndOffset: ScaleAndOffset, name: String?) {
        self.groups = groups
        self.axis = axis
        self.epsilon = epsilon
        self.scaleAndOffset = scaleAndOffset
        super.init(name: name)
    }

    public convenience init(config: Config) throws {
        let place = "GroupNormalization"
        self.init(
            try config.int("groups", at: place, default: 32), axis: try config.int("axis", at: place, default: -1),
            epsilon: try config.double("epsilon", at: place, default: 1e-3),
            scaleAndOffset: try ScaleAndOffset(config, at: place), name: config.layerName)
        try applyCommon(config)
    }

    public override var supportsMasking: Bool { true }

    /// The channels' axis, and how many groups they fall into.
    private func grouping(_ input: Shape) throws(IbexError) -> (axis: Int, groups: Int) {
        let axis = try axis(axis, of: input)
        guard axis > 0 else {
            throw argumentError("axis \(self.axis)", expected: "another axis than the batch")
        }
        let groups = groups == -1 ? input[axis] : groups
        guard groups > 0, input[axis] > 0, input[axis] % groups == 0 else {
            throw shapeError(input, expected: "channels along axis \(axis) that are a multiple of \(groups) groups")
        }
        return (axis, groups)
    }

    public override func build(_ inputs: [Shape]) throws {
        let input = try single(inputs)
        (gamma, beta) = scaleAndOffset.makeWeights(of: self, shape: [input[try grouping(input).axis]])
    }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        let input = try single(inputs)
        try checkExtents(input, along: [try grouping(input).axis])
        return [input]
    }

    /// The moments of each channel, then of each group of them: sums over positions take channels side by side.
    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        let x = input.cast(to: dtype)
        let (axis, groups) = try grouping(x.shape)
        let channels = x.shape.keeping([0, axis])
        let (mean, variance) = x.groupedMoments(axis: axis, groups: groups)
        func spread(_ values: Tensor) -> Tensor {
            values.broadcast(to: channels.grouping(axis, by: groups)).reshaped(to: channels)
        }
        let weights = x.shape.keeping([axis])
        var scale = (variance + epsilon).rsqrt()
        if let gamma { scale = scale * gamma.value.reshaped(to: weights.grouping(axis, by: groups)) }
        let y = (x - spread(mean)) * spread(scale)
        return beta.map { y + $0.value.reshaped(to: weights) } ?? y
    }

    public override var config: Config {
        super.config.merging(scaleAndOffset.config) { $1 }.merging([
            "groups": .int(groups), "axis": .int(axis), "epsilon": .double(epsilon),
        ]) { $1 }
    }
}
