/// What `fit` reports: the values of each epoch, by name.
///
///     let history = try model.fit(x, y, epochs: 5, validationSplit: 0.2)
///     history["val_loss"]                  // five numbers
public final class History {
    /// The values by name. Validation that does not run every epoch has shorter lists.
    public private(set) var history: [String: [Double]] = [:]
    /// The numbers of the epochs, from 0.
    public private(set) var epoch: [Int] = []
    /// How long each epoch took, validation included.
    package private(set) var seconds: [Double] = []

    init() {}

    /// The values of one name, epoch by epoch; none where there is no such name.
    public subscript(name: String) -> [Double] { history[name] ?? [] }

    /// All names, in alphabetical order, as Keras 3 has them.
    public var keys: [String] { history.keys.sorted() }

    func append(epoch: Int, _ logs: [(name: String, value: Double)], seconds: Double) {
        self.epoch.append(epoch)
        self.seconds.append(seconds)
        for log in logs { history[log.name, default: []].append(log.value) }
    }
}

/// What `evaluate` reports: the loss first, then the metrics in the order of `compile`.
///
///     let result = try model.evaluate(x, y)
///     result.loss
///     result["accuracy"]
public struct Evaluation: Sendable {
    public let names: [String]
    public let values: [Double]

    init(_ logs: [(name: String, value: Double)]) {
        names = logs.map(\.name)
        values = logs.map(\.value)
    }

    public var loss: Double { values.first ?? .nan }

    /// The value of a name.
    public subscript(name: String) -> Double? { names.firstIndex(of: name).map { values[$0] } }
}
