import IbexGraph
import IbexRuntime

/// The sum of the values that it is given, each times its weight.
///
///     let sum = Sum()
///     try sum.update(Tensor([1, 3] as [Float]))
///     try sum.result()                             // 4
public final class Sum: Metric {
    public override init(name: String = "sum") { super.init(name: name) }

    public override var stateShapes: [Shape] { [.scalar] }

    /// Adds values, [batch, …].
    public func update(_ values: Tensor, sampleWeight: Tensor? = nil) throws {
        try updateState(values, values, sampleWeight: sampleWeight)
    }

    public override func update(_ target: Tensor, _ prediction: Tensor, sampleWeight: Tensor?) throws {
        let values = prediction.cast(to: dtype)
        let weighted = try sampleWeight.map {
            try values * RankMatching.alignedWeights($0.cast(to: dtype), values, at: place)
        }
        variables[0].assign(variables[0].value + (weighted ?? values).sum())
    }

    public override func result(of state: [[Double]]) -> Double { state[0][0] }

    static let entry = MetricEntry("Sum") { _, name throws(IbexError) in Sum(name: name ?? "sum") }
}
