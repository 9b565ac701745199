import IbexGraph

/// What a layer is told when it is called, and what it may say besides its result.
public final class CallContext {
    /// Whether the call belongs to a training step: dropout drops then.
    public let training: Bool
    /// The masks of the layer's inputs, `nil` where an input has none; `true` marks what counts.
    public var inputMasks: [Tensor?] = []
    /// The masks of the layer's results, for the layer to set.
    public var outputMasks: [Tensor?] = []
    /// Penalties that layers added during the call, each a scalar.
    public private(set) var losses: [Tensor] = []

    public init(training: Bool = false) { self.training = training }

    /// Adds a scalar to the loss of the training step.
    public func addLoss(_ loss: Tensor) { losses.append(loss) }
}
