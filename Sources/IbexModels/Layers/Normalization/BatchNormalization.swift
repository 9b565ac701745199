import IbexGraph
import IbexRuntime

/// Each channel brought to mean 0 and variance 1 over the batch, then scaled and moved (Ioffe and Szegedy, 2015):
/// y = (x - mean) / √(variance + ε) · gamma + beta.
///
/// While training, mean and biased variance are those of the batch (of what the mask keeps, where there is one), and the
/// moving statistics follow: moving = moving · momentum + batch · (1 - momentum). Otherwise, and where `trainable` is
/// off, the moving statistics stand in for them.
///
/// `usesUnbiasedVariance` moves the variance with the batch's variance · n / (n - 1) where the input has four or five axes and
/// the channels are its last or second one, n numbers to a channel, as the fused kernel of Keras 2 does. A model read from a
/// file of Keras 2 has it set; Keras 3 has no such argument.
///
/// Shapes: x of any rank with `axis` as the channels; gamma, beta and the moving statistics [channels].
///
///     Sequential([Conv2D(32, kernelSize: 3, useBias: false), BatchNormalization(), Activation(.relu)])
public final class BatchNormalization: Layer, ConfiguredLayer {
    public let axis: Int
    public let momentum: Double
    public let epsilon: Double
    /// Whether statistics would be shared between devices; one device computes the same either way.
    public let synchronized: Bool
    /// Whether the moving variance follows the unbiased variance of batches of images, as in Keras 2.
    public let usesUnbiasedVariance: Bool
    let scaleAndOffset: ScaleAndOffset
    let movingMeanInitializer: Initializer
    let movingVarianceInitializer: Initializer
    public private(set) var gamma: Variable?
    public private(set) var beta: Variable?
    public private(set) var movingMean: Variable?
    public private(set) var movingVariance: Variable?

    public convenience init(
        axis: Int = -1, momentum: Double = 0.99, epsilon: Double = 1e-3, center: Bool = true, scale: Bool = true,
        betaInitializer: Initializer = .zeros, gammaInitializer: Initializer = .ones,
        movingMeanInitializer: Initializer = .zeros, movingVarianceInitializer: Initializer = .ones,
        betaRegularizer: Regularizer? = nil, gammaRegularizer: Regularizer? = nil,
        betaConstraint: Constraint? = nil, gammaConstraint: Constraint? = nil, synchronized: Bool = false,
        usesUnbiasedVariance: Bool = false, name: String? = nil
    ) {
        self.init(
            axis, momentum: momentum, epsilon: epsilon,
            scaleAndOffset: ScaleAndOffset(
                center: center, scale: scale, betaInitializer: betaInitializer, gammaInitializer: gammaInitializer,
                betaRegularizer: betaRegularizer, gammaRegularizer: gammaRegularizer,
                betaConstraint: betaConstraint, gammaConstraint: gammaConstraint),
            movingMean: movingMeanInitializer, movingVariance: movingVarianceInitializer,
            synchronized: synchronized, usesUnbiasedVariance: usesUnbiasedVariance, name: name)
    }

    private init(
        _ axis: Int, momentum: Double, epsilon: Double, scaleAndOffset: ScaleAndOffset, movingMean: Initializer,
        movingVariance: Initializer, synchronized: Bool, usesUnbiasedVariance: Bool, name: String?
    ) {
        self.axis = axis
        self.momentum = momentum
        self.epsilon = epsilon
        self.synchronized = synchronized
        self.usesUnbiasedVariance = usesUnbiasedVariance
        self.scaleAndOffset = scaleAndOffset
        movingMeanInitializer = movingMean
        movingVarianceInitializer = movingVariance
        super.init(name: name)
    }

    /// - Throws: `IbexError` also where the configuration asks for batch renormalization, which is not built.
    public convenience init(config: Config) throws {
        let place = "BatchNormalization"
        guard try !config.bool("renorm", at: place, default: false) else {
            throw IbexError(
                .argument, at: "\(place), key renorm", found: "true", expected: "false",
                remedy: "Batch renormalization is not supported.")
        }
        // Keras 2 wrote the axis as an array of one.
        let axes = try config.axes("axis", at: place, default: -1).values
        guard axes.count == 1 else {
            throw IbexError(.argument, at: "\(place), key axis", found: "\(axes)", expected: "one axis")
        }
        self.init(
            axes[0], momentum: try config.double("momentum", at: place, default: 0.99),
            epsilon: try config.double("epsilon", at: place, default: 1e-3),
            scaleAndOffset: try ScaleAndOffset(config, at: place),
            movingMean: try config.initializer("moving_mean_initializer", default: .zeros),
            movingVariance: try config.initializer("moving_variance_initializer", default: .ones),
            synchronized: try config.bool("synchronized", at: place, default: false),
            usesUnbiasedVariance: try config.bool("uses_unbiased_variance", at: place, default: false),
            name: config.layerName)
        try applyCommon(config)
    }

    public override var supportsMasking: Bool { true }

    public override func build(_ inputs: [Shape]) throws {
        let input = try single(inputs)
        let channels: Shape = [input[try axis(axis, of: input)]]
        (gamma, beta) = scaleAndOffset.makeWeights(of: self, shape: channels)
        movingMean = addWeight(
            name: "moving_mean", shape: channels, initializer: movingMeanInitializer, trainable: false)
        movingVariance = addWeight(
            name: "moving_variance", shape: channels, initializer: movingVarianceInitializer, trainable: false)
    }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        let input = try single(inputs)
        try checkExtents(input, along: [try axis(axis, of: input)])
        return [input]
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        let x = input.cast(to: dtype)
        let axis = try axis(axis, of: x.shape)
        return context.training && trainable
            ? try trained(x, axis, context.mask(of: input)) : inferred(x, axis)
    }

    /// With the statistics of the batch: two numbers for each channel, then one pass.
    private func trained(_ x: Tensor, _ axis: Int, _ mask: Tensor?) throws -> Tensor {
        let axes = x.shape.axes(except: [axis])
        if let mask, Array(x.shape.extents.dropLast()) != mask.shape.extents {
            throw shapeError(x.shape, expected: "the mask's shape \(mask.shape) and one axis more")
        }
        let (mean, variance) =
            mask.map { x.maskedMoments(axes: axes, mask: $0) } ?? x.shiftedMoments(axes: axes)
        follow(movingMean, mean)
        follow(movingVariance, correction(x.shape, axis).map { variance * $0 } ?? variance)
        let channels = x.shape.keeping([axis])
        var scale = (variance + epsilon).rsqrt()
        if let gamma { scale = scale * gamma.value.reshaped(to: channels) }
        let y = (x - mean) * scale
        return beta.map { y + $0.value.reshaped(to: channels) } ?? y
    }

    /// n / (n - 1) where the moving variance follows the unbiased one, with n the numbers to a channel.
    private func correction(_ shape: Shape, _ axis: Int) -> Double? {
        guard usesUnbiasedVariance, [4, 5].contains(shape.rank), [1, shape.rank - 1].contains(axis) else { return nil }
        let count = shape.elementCount / max(shape[axis], 1)
        return Double(count) / Double(max(count - 1, 1))
    }

    private func follow(_ moving: Variable?, _ batch: Tensor) {
        guard let moving else { return }
        moving.assign(moving.value * momentum + batch.reshaped(to: moving.shape) * (1 - momentum))
    }

    /// With the moving statistics. They are stretched before they are computed with, so that nothing stands between this
    /// and the kernel before it: a convolution takes it into its epilogue.
    private func inferred(_ x: Tensor, _ axis: Int) -> Tensor {
        guard let movingMean, let movingVariance else { return x }
        let channels = x.shape.keeping([axis])
        func spread(_ variable: Variable) -> Tensor {
            variable.value.reshaped(to: channels).broadcast(to: x.shape)
        }
        var y = (x - spread(movingMean)) * (spread(movingVariance) + epsilon).rsqrt()
        if let gamma { y = y * spread(gamma) }
        if let beta { y = y + spread(beta) }
        return y
    }

    public override var config: Config {
        super.config.merging(scaleAndOffset.config) { $1 }.merging([
            "axis": .int(axis), "momentum": .double(momentum), "epsilon": .double(epsilon),
            "moving_mean_initializer": movingMeanInitializer.serialized,
            "moving_variance_initializer": movingVarianceInitializer.serialized,
            "synchronized": .bool(synchronized), "renorm": false, "renorm_clipping": nil, "renorm_momentum": 0.99,
        ]) { $1 }
        .merging(usesUnbiasedVariance ? ["uses_unbiased_variance": true] : [:]) { $1 }
    }
}
