import IbexGraph
import IbexRuntime

/// A number, or several, gathered over batches. Its state lies on the device and is updated inside the compiled step;
/// what it comes to is worked out on the host when it is read.
///
///     model.compile(optimizer: .adam(), loss: .meanSquaredError, metrics: [.accuracy, .meanAbsoluteError])
///
/// A metric of your own overrides `stateShapes`, `update` and `result(of:)`; one with several numbers derives from
/// `ArrayMetric`. A metric belongs to one model: make another for another one.
open class Metric {
    /// Which way a metric gets better.
    public enum Direction: Sendable { case up, down }

    /// What it is called in logs.
    public let name: String
    /// The state on the device, made at first use.
    public private(set) var variables: [Variable] = []
    /// The type that values are computed in: `floatx` as it was when the metric was made.
    public internal(set) var dtype = floatx()
    /// The type of the state: the metric's own, where it holds fractions.
    var stateDType: DType { dtype.isFloatingPoint ? dtype : floatx() }
    /// The state's shapes for the predictions that were checked last.
    private var settledShapes: [Shape]?

    public init(name: String) { self.name = name }

    /// The shapes of the state's variables, all of type `dtype` and zero at first; none where they depend on the predictions.
    open var stateShapes: [Shape] { [.scalar, .scalar] }

    /// The shapes of the state for predictions of a shape, [batch, …]: some metrics hold a number for each class.
    open func stateShapes(for prediction: Shape) -> [Shape] { stateShapes }

    /// Adds a batch to the state by `assign`.
    open func update(_ target: Tensor, _ prediction: Tensor, sampleWeight: Tensor?) throws {
        throw IbexError(.state, at: place, found: "no update", expected: "an override of update")
    }

    /// Whether what the prediction's mask leaves out weighs nothing; else masks change nothing.
    open var usesMask: Bool { false }

    /// What the numbers of the state come to.
    open func result(of state: [[Double]]) -> Double { Self.ratio(state[0][0], state[1][0]) }

    /// All numbers that the state comes to, the one of `result(of:)` as a rule.
    open func results(of state: [[Double]]) -> [Double] { [result(of: state)] }

    /// Checks the arguments that the metric was made with.
    ///
    /// - Throws: `IbexError` of kind `argument` that names the metric.
    open func validate() throws(IbexError) {}

    /// Checks that targets and predictions of these types fit.
    open func check(target: TensorType, prediction: TensorType) throws {}

    /// Which way the metric gets better; `nil` where it is neither.
    open var direction: Direction? { nil }

    /// The arguments that the metric was made with, under Keras's names.
    open var config: Config { ["name": .string(name), "dtype": .string(dtype.rawValue)] }

    /// Keras's name of the class.
    open var className: String { String(describing: type(of: self)) }

    /// The metric as Keras writes it: an object in its wrapping, as a rule.
    open var serialized: ConfigValue {
        .serialized(
            module: Self.isKeras(className) ? "keras.metrics" : nil, className: className, config: config)
    }

    /// What errors say they are about.
    var place: String { "metric \(name)" }
}

extension Metric {
    /// Checks arguments and types, and settles the shapes of the state, without device work.
    func prepare(target: TensorType, prediction: TensorType) throws {
        try validate()
        try check(target: target, prediction: prediction)
        let shapes = stateShapes(for: prediction.shape)
        guard variables.isEmpty || variables.map(\.shape) == shapes else {
            throw IbexError(
                .shape, at: place, found: "predictions of shape \(prediction.shape)",
                expected: "as many numbers for each sample as before", remedy: "Make a new metric for another model.")
        }
        settledShapes = shapes
    }

    /// Makes the state on the current device, once its shapes are known.
    public func build() {
        guard variables.isEmpty else { return }
        variables = (settledShapes ?? stateShapes).enumerated().map { index, shape in
            Variable(.zeros(shape, stateDType), name: "\(name)/state_\(index)", trainable: false)
        }
    }

    /// Adds a batch.
    ///
    /// - Parameters:
    ///   - sampleWeight: one weight for each sample, or each step of each sample.
    ///   - mask: the prediction's: `true` for what counts, in a metric that uses it.
    /// - Throws: `IbexError` for arguments of the metric, or shapes, that do not fit.
    public func updateState(
        _ target: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil, mask: Tensor? = nil
    ) throws {
        try prepare(target: target.type, prediction: prediction.type)
        build()
        try update(target, prediction, sampleWeight: sampleWeight, mask: mask)
    }

    /// Adds a batch, its mask turned into weights: 1 for what counts, times the weights given.
    func update(_ target: Tensor, _ prediction: Tensor, sampleWeight: Tensor?, mask: Tensor?) throws {
        guard usesMask, let kept = mask?.cast(to: dtype) else {
            return try update(target, prediction, sampleWeight: sampleWeight)
        }
        let weights = sampleWeight.map { RankMatching.alignedWeights($0.cast(to: dtype), kept) * kept } ?? kept
        try update(target, prediction, sampleWeight: weights)
    }

    /// The result over all batches since the last reset; the mean of several.
    public func result() throws -> Double { result(of: try state()) }

    /// All numbers of the result.
    public func results() throws -> [Double] { results(of: try state()) }

    private func state() throws -> [[Double]] {
        build()
        guard !variables.isEmpty else {
            throw IbexError(
                .state, at: place, found: "a result before any batch", expected: "a batch first",
                remedy: "The state's shapes follow from the predictions.")
        }
        return try variables.map { try $0.value.doubles() }
    }

    /// Starts again.
    public func resetState() {
        for variable in variables { variable.assign(.zeros(variable.shape, variable.dtype)) }
    }

    /// Takes the type of its numbers from a configuration that names one.
    func readDType(_ config: Config) throws(IbexError) {
        guard let value = config["dtype"], !(self is IoU) else { return }
        guard let type = value.string.flatMap(DType.init(rawValue:)), [.float32, .float64].contains(type) else {
            throw IbexError(
                .argument, at: "\(className), key dtype", found: value.description, expected: "float32 or float64")
        }
        dtype = type
    }

    /// A quotient that is 0 where it would divide by 0.
    static func ratio(_ a: Double, _ b: Double) -> Double { b == 0 ? 0 : a / b }

    /// An error of kind `argument` about this metric.
    func argumentError(_ found: String, expected: String, remedy: String = "") -> IbexError {
        IbexError(.argument, at: place, found: found, expected: expected, remedy: remedy)
    }
}

/// A metric with several numbers: one for each threshold or class.
///
/// Logs hold each of them as `name[0]`, `name[1]` and so on, and their mean under the name itself. A metric of your own
/// overrides `results(of:)` in place of `result(of:)`.
open class ArrayMetric: Metric {
    /// The mean of all numbers.
    public final override func result(of state: [[Double]]) -> Double {
        let numbers = results(of: state)
        return Self.ratio(numbers.reduce(0, +), Double(numbers.count))
    }

    open override func results(of state: [[Double]]) -> [Double] { state.flatMap(\.self) }
}
