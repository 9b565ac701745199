import IbexGraph

/// What a layer is told when it is called, and what it may say besides its result.
public final class CallContext {
    /// Whether the call belongs to a training step: dropout drops then.
    public private(set) var training: Bool
    /// Penalties that layers added during the call, each a scalar.
    public private(set) var losses: [Tensor] = []
    /// Tensors with their masks; a tensor is kept, so that its identity stays its own.
    private var masks: [Tensor.Identity: (tensor: Tensor, mask: Tensor)] = [:]

    public init(training: Bool = false) { self.training = training }

    /// Runs a body as in training or not, whatever the rest of the model does; `nil` changes nothing.
    public func with<R>(training: Bool?, _ body: () throws -> R) rethrows -> R {
        let before = self.training
        defer { self.training = before }
        self.training = training ?? before
        return try body()
    }

    /// Adds a scalar to the loss of the training step.
    public func addLoss(_ loss: Tensor) { losses.append(loss) }

    /// The mask that came with a tensor, [batch, time] as a rule; `true` marks what counts.
    public func mask(of tensor: Tensor) -> Tensor? { masks[tensor.identity]?.mask }

    /// Gives a tensor a mask, which the layers and the loss after it see.
    ///
    ///     context.setMask(ids .!= 0, of: output)
    public func setMask(_ mask: Tensor, of tensor: Tensor) { masks[tensor.identity] = (tensor, mask) }
}
