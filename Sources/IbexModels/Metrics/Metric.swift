import IbexGraph
import IbexRuntime

/// A number that is gathered over batches. Its state lies on the device and is updated inside the compiled step;
/// what it comes to is worked out when it is read.
///
///     model.compile(optimizer: .adam(), loss: .mse, metrics: [.accuracy, .meanAbsoluteError])
///
/// A metric of your own overrides `stateShapes`, `update` and `result(of:)`.
open class Metric {
    /// What it is called in logs.
    public let name: String
    /// The state on the device, made at first use.
    public private(set) var variables: [Variable] = []

    public init(name: String) { self.name = name }

    /// The shapes of the state's variables, all `float32` and zero at first.
    open var stateShapes: [Shape] { [.scalar, .scalar] }

    /// Adds a batch to the state by `assign`.
    open func update(_ target: Tensor, _ prediction: Tensor, sampleWeight: Tensor?) throws {
        throw IbexError(.state, at: "metric \(name)", found: "no update", expected: "an override of update")
    }

    /// What the numbers of the state come to.
    open func result(of state: [[Double]]) -> Double { state[1][0] == 0 ? 0 : state[0][0] / state[1][0] }

    /// Checks that targets and predictions of these types fit.
    open func check(target: TensorType, prediction: TensorType) throws {}

    /// The arguments that the metric was made with, under Keras's names.
    open var config: Config { ["name": .string(name), "dtype": "float32"] }

    /// Keras's name of the class.
    open var className: String { String(describing: type(of: self)) }

    /// Makes the state on the current device, once.
    public func build() {
        guard variables.isEmpty else { return }
        variables = stateShapes.enumerated().map { index, shape in
            Variable(.zeros(shape, .float32), name: "\(name)/state_\(index)", trainable: false)
        }
    }

    /// Adds a batch.
    public func updateState(_ target: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil) throws {
        build()
        try check(target: target.type, prediction: prediction.type)
        try update(target, prediction, sampleWeight: sampleWeight)
    }

    /// The result over all batches since the last reset.
    public func result() throws -> Double {
        build()
        return result(of: try variables.map { try $0.value.scalars(as: Float.self).map(Double.init) })
    }

    /// Starts again.
    public func resetState() {
        for variable in variables { variable.assign(.zeros(variable.shape, .float32)) }
    }
}
