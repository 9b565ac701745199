import IbexGraph

/// A function of tensors as a layer without weights; gradients follow by themselves.
///
/// The function is no part of the configuration: a model that holds one is read back with a maker for it among the custom
/// layers.
///
///     Lambda { x in x.square() }
///     Lambda(inputs: { pair in [pair[0] - pair[1]] })
public final class Lambda: Layer, ConfiguredLayer {
    private let function: ([Tensor]) throws -> [Tensor]
    private let keepsMask: Bool

    /// - Parameter supportsMasking: whether the mask of the input holds for the result too.
    public convenience init(
        name: String? = nil, supportsMasking: Bool = false, _ function: @escaping (Tensor) throws -> Tensor
    ) {
        self.init(inputs: { try $0.map(function) }, name: name, supportsMasking: supportsMasking)
    }

    /// A function of several inputs.
    public init(
        inputs function: @escaping ([Tensor]) throws -> [Tensor], name: String? = nil, supportsMasking: Bool = false
    ) {
        self.function = function
        keepsMask = supportsMasking
        super.init(name: name)
    }

    /// - Throws: always: a Python function cannot be run here.
    public convenience init(config: Config) throws {
        throw IbexError(
            .argument, at: "layer \(config.layerName ?? "lambda") (Lambda)", found: "a function of another program",
            expected: "a layer that a configuration describes",
            remedy: "Make it yourself: withCustomObjects(layers: [\"Lambda\": …]) { … }.")
    }

    public override var supportsMasking: Bool { keepsMask }

    public override func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] { try function(inputs) }
}
