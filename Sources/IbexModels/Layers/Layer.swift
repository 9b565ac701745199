import IbexGraph
import IbexRuntime

/// A function with weights: the unit that models are made of.
///
/// A layer of your own overrides `build`, which makes the weights once the input's shape is known, and `call`, which
/// computes the result from tensor operations; gradients follow by themselves.
///
///     final class Scale: Layer {
///         private var factor: Variable?
///         override func build(_ inputs: [Shape]) throws {
///             factor = addWeight(name: "factor", shape: [inputs[0][-1]], initializer: .ones)
///         }
///         override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
///             guard let factor else { return input }
///             return input * factor.value
///         }
///     }
open class Layer {
    /// Unique within a model; made from the class where none is given: `dense`, `dense_1`.
    public let name: String
    /// Whether training changes the layer's weights; setting it sets it for the layers inside too. After a change, compile
    /// the model again.
    public var trainable = true {
        didSet { for layer in sublayers { layer.trainable = trainable } }
    }
    /// A penalty on the layer's result, divided by the batch size.
    public var activityRegularizer: Regularizer?
    /// The type of the layer's weights.
    public var dtype: DType
    /// Whether `build` has been called.
    public internal(set) var isBuilt = false
    /// The shapes that the layer was built for; the first extent, the batch, counts for nothing, and neither do extents that
    /// the model's `Input` leaves open.
    public internal(set) var inputShapes: [Shape] = []
    var ownWeights: [Weight] = []
    /// What was wrong with the first weight that could not be made as asked.
    var weightError: IbexError?
    var recordedCalls: [WeakCall] = []

    public init(name: String? = nil) {
        dtype = defaultFloat()
        self.name = name ?? KerasName.unique(KerasName.snakeCase(String(describing: Self.self)))
    }

    /// Keras's name of the class, as a saved model writes it.
    open var className: String { String(describing: type(of: self)) }

    /// The layers that this one holds in its properties, in the order of their declaration.
    open var sublayers: [Layer] { heldLayers }

    /// What Keras's files keep under the layer itself: its own weights, as a rule.
    package var savedVariables: [Variable] { ownVariables }

    /// Makes the weights. The first extent of each shape is the batch: do not rely on it.
    ///
    /// - Throws: `IbexError` that names the layer where its arguments or the shapes do not fit.
    open func build(_ inputs: [Shape]) throws {}

    /// Computes the result for one input; override this, or the form with several.
    open func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        throw IbexError(
            .state, at: place, found: "a layer without call", expected: "an override of call(_:_:)")
    }

    /// Computes the results for several inputs; by default hands its one input to the other form.
    open func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
        guard inputs.count == 1 else { throw inputCountError(inputs.count) }
        return [try call(inputs[0], context)]
    }

    /// Whether the mask of the layer's input holds for its result too; the layers after one that says no see none.
    open var supportsMasking: Bool { false }

    /// The shapes of the results for inputs of these shapes. By default the layer is called on tensors that are
    /// never computed; the layers of Ibex check the shapes here, so that a misfit names the layer.
    open func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        guard !Layer.onlyChecks else { return [] }
        return try call(inputs.map { Tensor.fill(0, $0, dtype) }, CallContext()).map(\.shape)
    }

    /// While a call checks its inputs by `outputShapes`: a trial call would only repeat the call that follows.
    @TaskLocal static var onlyChecks = false

    /// The arguments that the layer was made with, under Keras's names.
    open var config: Config {
        [
            "name": .string(name), "trainable": .bool(trainable),
            "dtype": DTypePolicy(dtype).serialized,
        ]
    }

    /// Reads what every layer's configuration holds beside its name: `trainable`, `dtype` and `activity_regularizer`. An
    /// `init(config:)` ends with it.
    ///
    /// - Throws: `IbexError` for a value that does not fit.
    public final func applyCommon(_ config: Config) throws(IbexError) {
        let isTrained = try config.bool("trainable", at: className, default: true)
        if isTrained != trainable { trainable = isTrained }
        activityRegularizer = try .optional(config["activity_regularizer"])
        if let dtype = try config.layerDType(at: className) { self.dtype = dtype }
    }
}

extension Layer {
    /// Where an error was found: the layer's name and class.
    public var place: String { "layer \(name) (\(className))" }

    /// An error about the arguments that the layer was made with.
    public func argumentError(_ found: String, expected: String, remedy: String = "") -> IbexError {
        IbexError(.argument, at: place, found: found, expected: expected, remedy: remedy)
    }

    /// An error about an input's shape.
    public func shapeError(_ found: Shape, expected: String, remedy: String = "") -> IbexError {
        IbexError(.shape, at: place, found: "an input of shape \(found)", expected: expected, remedy: remedy)
    }

    func inputCountError(_ count: Int) -> IbexError {
        IbexError(.shape, at: place, found: "\(count) inputs", expected: "one input")
    }

    func resultCountError(_ count: Int) -> IbexError {
        IbexError(
            .shape, at: place, found: "\(count) results", expected: "one",
            remedy: "Say that you take all of them: let results: [Tensor] = …, or [SymbolicTensor].")
    }

    /// The only shape of a layer that takes one input.
    func single(_ inputs: [Shape]) throws(IbexError) -> Shape {
        guard inputs.count == 1 else { throw inputCountError(inputs.count) }
        return inputs[0]
    }
}
