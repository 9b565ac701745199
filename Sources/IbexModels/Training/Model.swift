import IbexGraph
import IbexRuntime

/// A layer that can be trained, measured and asked for predictions.
///
/// `Sequential` is the usual one. A model of your own holds layers in properties and overrides `call`:
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
    /// The steps of `predict` for a model that is not compiled.
    lazy var prediction = Compilation(
        optimizer: .sgd(), losses: [], lossWeights: nil, metrics: [], weightedMetrics: [])
    /// Set to `true`, from another place in the same task, to end training after the current epoch.
    public var stopTraining = false
    /// Called once, when the next step is done: the device is waited for then.
    package var firstStepObserver: (() -> Void)?

    public override init(name: String? = nil) { super.init(name: name) }

    /// The layers that the model is made of, inputs left out.
    open var layers: [Layer] { sublayers.filter { !($0 is InputLayer) } }

    /// The names of the model's results, for logs where there are several.
    open var outputNames: [String] { [] }

    /// Makes the weights by calling the model on tensors that are never computed: the layers build themselves.
    open override func build(_ inputs: [Shape]) throws {
        _ = try call(inputs.map { Tensor.fill(0, $0, dtype) }, CallContext())
    }

    /// The optimizer that the model was compiled with.
    public var optimizer: Optimizer? { compilation?.optimizer }

    /// A layer by its name.
    ///
    /// - Throws: `IbexError` of kind `name` that lists the layers, where there is none.
    public func layer(named name: String) throws -> Layer {
        guard let layer = layers.first(where: { $0.name == name }) else {
            throw IbexError(
                .name, at: "model \(self.name)", found: "\"\(name)\"",
                expected: "one of " + layers.map(\.name).joined(separator: ", "))
        }
        return layer
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
    }

    /// The training steps traced so far, those of the largest batch first.
    package var trainingSteps: [TracedProgram] { compilation?.trainingSteps ?? [] }

    /// The device that the weights lie on.
    var device: Device {
        get throws {
            if let device = weights.lazy.compactMap(\.stored.device).first { return device }
            return try Device.current ?? Device.standard
        }
    }
}
