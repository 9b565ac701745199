import IbexGraph
import IbexRuntime

/// A layer that can be trained, measured and asked for predictions.
///
/// `Sequential` is a row of layers. A model with branches is made of calls on what `Input` gives:
///
///     let input = Input(shape: [64])
///     let inner = try Dense(64, activation: .relu)(input)
///     let model = try Model(inputs: input, outputs: Add()([input, inner]))
///
/// A model of your own holds layers in properties and overrides `call`:
///
///     final class Residual: Model {
///         let inner = Dense(64, activation: .relu)
///         let outer = Dense(64)
///         override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
///             try outer(inner(input, context), context) + input
///         }
///     }
open class Model: Layer {
    var compilation: Compilation?
    /// The record of calls that the model replays, where it is made of one.
    var graph: LayerGraph?
    /// The steps of `predict` for a model that is not compiled.
    lazy var prediction = Compilation(
        optimizer: .sgd(), losses: [], lossWeights: nil, metrics: [], weightedMetrics: [])
    /// What the last call of `fit` reported.
    public internal(set) var history: History?
    /// What the training data went through before the model saw it, in words or numbers of your own: whoever loads the
    /// model does the same. `save` keeps it in `.keras` and `.h5` files, where Keras passes over it.
    ///
    ///     model.preprocessing = ["pixels": "divided by 255", "mean": 0.1307, "labels": ["cat", "dog"]]
    public var preprocessing: Config = [:]
    /// Set to `true` by a callback to end training: after the current batch, whose epoch then ends as any other, with
    /// validation where there is any, or after the current epoch.
    public var stopTraining = false
    /// Set to `true` by a callback to end evaluation after the current batch.
    public var stopEvaluating = false
    /// Set to `true` by a callback to end prediction after the current batch.
    public var stopPredicting = false
    /// How far the training at work is; `nil` where none is.
    package internal(set) var trainingPosition: TrainingPosition?
    /// Sees Control-C while a training runs that it may end.
    var interruptWatch: InterruptWatch?
    /// The callbacks of the training at work, which belong to its state.
    var trainingCallbacks: [Callback] = []
    /// Where the next training goes on, or, set in `onTrainBegin`, this one.
    package var resumption: TrainingState?
    /// While there is one, each step of training is measured and waited for.
    package var profiling: ProfileRecording?
    /// Called once, when the next step is done: the device is waited for then.
    package var firstStepObserver: (() -> Void)?

    public override init(name: String? = nil) { super.init(name: name) }

    /// A model that leads from some symbolic tensors to others.
    ///
    /// - Throws: `IbexError` where an output depends on something else, or where two layers have one name.
    public init(inputs: [SymbolicTensor], outputs: [SymbolicTensor], name: String? = nil) throws {
        super.init(name: name ?? KerasName.unique("functional"))
        graph = try LayerGraph(inputs: inputs, outputs: outputs, at: place)
        inputShapes = inputs.map { $0.concrete() }
        isBuilt = true
    }

    /// A model from one input to one result.
    public convenience init(inputs: SymbolicTensor, outputs: SymbolicTensor, name: String? = nil) throws {
        try self.init(inputs: [inputs], outputs: [outputs], name: name)
    }

    /// A model from one input to several results.
    public convenience init(inputs: SymbolicTensor, outputs: [SymbolicTensor], name: String? = nil) throws {
        try self.init(inputs: [inputs], outputs: outputs, name: name)
    }

    /// A model from several inputs to one result.
    public convenience init(inputs: [SymbolicTensor], outputs: SymbolicTensor, name: String? = nil) throws {
        try self.init(inputs: inputs, outputs: [outputs], name: name)
    }

    open override var className: String {
        type(of: self) == Model.self && graph != nil ? "Functional" : super.className
    }

    /// The layers that the model is made of, in Keras's order: a model of calls lists its inputs too.
    open var layers: [Layer] { sublayers }

    open override var sublayers: [Layer] { graph?.layers ?? heldLayers }

    /// The names of the model's results, for logs where there are several.
    open var outputNames: [String] {
        if case .named(let keys) = graph?.outputForm { return keys }
        return graph?.outputs.map(\.layer.name) ?? []
    }

    /// Makes the weights by calling the model on tensors that are never computed: the layers build themselves.
    open override func build(_ inputs: [Shape]) throws {
        _ = try call(inputs.map { Tensor.fill(0, $0, dtype) }, CallContext())
    }

    open override func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
        guard let graph else { return try super.call(inputs, context) }
        return try graph.run(inputs, context)
    }

    open override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        guard let graph else { return try super.outputShapes(for: inputs) }
        try check(inputs, against: graph)
        return Layer.onlyChecks ? [] : try graph.outputShapes(for: inputs)
    }

    private func check(_ inputs: [Shape], against graph: LayerGraph) throws {
        guard inputs.count == graph.inputs.count else {
            throw IbexError(
                .shape, at: place, found: "\(inputs.count) inputs",
                expected: "\(graph.inputs.count): " + graph.inputs.map(\.layer.name).joined(separator: ", "))
        }
        for (input, shape) in zip(graph.inputs, inputs) {
            if let layer = input.layer as? InputLayer { _ = try layer.outputShapes(for: [shape]) }
        }
    }

    open override var config: Config {
        guard type(of: self) == Model.self, let graph else { return super.config }
        return ["name": .string(name), "trainable": .bool(trainable)].merging(graph.config) { $1 }
    }

    /// The optimizer that the model was compiled with.
    public var optimizer: Optimizer? { compilation?.optimizer }

    /// Metrics of the model's own, which its `trainStep` updates; they are reported after those of `compile`.
    open var ownMetrics: [Metric] { [] }

    /// One training step: calls the model, and updates metrics and weights. Override it for a step of your own; it is
    /// traced once and replayed, so it works on tensors and variables only.
    ///
    ///     override func trainStep(_ batch: Batch) throws -> Tensor {
    ///         let prediction: Tensor = try self(batch.inputs, training: true)
    ///         let loss = (prediction - batch.targets[0]).abs().mean()
    ///         try applyGradients(of: loss)
    ///         return loss
    ///     }
    ///
    /// - Returns: the loss, a scalar, which is reported as its mean over samples.
    open func trainStep(_ batch: Batch) throws -> Tensor {
        let context = CallContext(training: true)
        let outputs = try apply(batch.inputs, context)
        let loss = try LayerScope.within("loss") { try computeLoss(batch, outputs, context) }
        try LayerScope.within("metrics") { try updateMetrics(batch, outputs, context) }
        try applyGradients(of: loss)
        return loss
    }

    /// One step of `evaluate`: calls the model and updates metrics.
    open func testStep(_ batch: Batch) throws -> Tensor {
        let context = CallContext(training: false)
        let outputs = try apply(batch.inputs, context)
        let loss = try LayerScope.within("loss") { try computeLoss(batch, outputs, context) }
        try LayerScope.within("metrics") { try updateMetrics(batch, outputs, context) }
        return loss
    }

    /// One step of `predict`.
    open func predictStep(_ inputs: [Tensor]) throws -> [Tensor] { try apply(inputs, CallContext()) }

    /// What training makes small: the losses given to `compile`, weighted, with the penalties of the layers.
    open func computeLoss(_ batch: Batch, _ outputs: [Tensor], _ context: CallContext) throws -> Tensor {
        try totalLoss(batch, outputs, context)
    }

    /// Settles how the model is trained and measured. What was compiled before is forgotten, its optimizer's state too.
    ///
    ///     model.compile(optimizer: .adam(), loss: .categoricalCrossentropy, metrics: [.accuracy])
    ///
    /// - Parameters:
    ///   - loss: what training makes small; may be left out where layers add losses of their own.
    ///   - metrics: what is reported beside the loss.
    ///   - weightedMetrics: the same, with sample weights taken into account.
    public func compile(
        optimizer: Optimizer = .rmsprop(), loss: Loss? = nil, metrics: [Metric] = [], weightedMetrics: [Metric] = []
    ) {
        compile(
            optimizer: optimizer, losses: loss.map { [$0] } ?? [], metrics: [metrics],
            weightedMetrics: [weightedMetrics])
    }

    /// As `compile(optimizer:loss:metrics:)`, for a model with several results: one loss, one weight and one list of
    /// metrics for each.
    public func compile(
        optimizer: Optimizer = .rmsprop(), losses: [Loss], lossWeights: [Double]? = nil, metrics: [[Metric]] = [],
        weightedMetrics: [[Metric]] = []
    ) {
        compilation = Compilation(
            optimizer: optimizer, losses: losses, lossWeights: lossWeights, metrics: metrics,
            weightedMetrics: weightedMetrics)
        compilation?.ownMetrics = ownMetrics
    }

    /// The training steps traced so far, those of the largest batch first.
    package var trainingSteps: [TracedProgram] { compilation?.trainingSteps ?? [] }

    /// Whether the model is made of layers that it lists, as Keras's `Sequential` and `Functional` are.
    package var listsLayers: Bool { self is Sequential || graph != nil }

    /// The device that the weights lie on.
    package var device: Device {
        get throws {
            if let device = weights.lazy.compactMap(\.stored.device).first { return device }
            return try Device.current ?? Device.standard
        }
    }
}
