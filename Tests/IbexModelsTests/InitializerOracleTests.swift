import IbexGraph
import IbexModels
import IbexTestSupport
import Testing

/// The distributions of the initializers: bounds exactly, mean and deviation within 1 % of the deviation.
@Suite struct InitializerOracleTests {
    @Test func agreesWithKeras() throws {
        var computed = 0
        for oracle in try OracleCatalogue.shared().cases(family: "initializers") {
            guard let shape = oracle.fields["shape"]?.ints.map({ Shape($0) }),
                let expected = oracle.fields["expected"], let mean = expected["mean"]?.double,
                let deviation = expected["stddev"]?.double,
                var config = Optional(oracle.kerasConfig)
            else { continue }
            config["seed"] = 11
            guard let initializer = try? Initializer(oracle.name, arguments: config) else { continue }
            let values = initializer.values(for: shape)
            let count = Double(values.count)
            let gotMean = values.reduce(0, +) / count
            let square = values.reduce(0) { $0 + ($1 - gotMean) * ($1 - gotMean) } / count
            // Few numbers scatter more: five times the error of mean and deviation themselves.
            let slack = max(0.01, 5 / count.squareRoot()) * max(deviation, 1e-12)
            #expect(abs(gotMean - mean) <= slack, "\(oracle.id): mean \(gotMean), expected \(mean)")
            #expect(abs(square.squareRoot() - deviation) <= slack, "\(oracle.id)")
            if let low = expected["low"]?.double, let high = expected["high"]?.double {
                let rounding = 1e-6 * max(abs(low), abs(high))
                #expect(values.allSatisfy { $0 >= low - rounding && $0 <= high + rounding }, "\(oracle.id)")
            }
            computed += 1
        }
        #expect(computed > 20)
    }
}
