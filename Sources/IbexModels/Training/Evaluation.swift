/// What `evaluate` reports: the loss first, then the metrics in the order of `compile`.
///
///     let result = try model.evaluate(x, y)
///     result.loss
///     result["accuracy"]
public struct Evaluation: Sendable {
    /// All values, in that order.
    public let logs: Logs

    init(_ logs: Logs) { self.logs = logs }

    public var names: [String] { logs.names }
    public var values: [Double] { logs.values }
    public var loss: Double { values.first ?? .nan }

    /// The value of a name.
    public subscript(name: String) -> Double? { logs[name] }
}
