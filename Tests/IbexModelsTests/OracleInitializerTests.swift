import IbexGraph
import IbexModels
import IbexTestSupport
import Testing

/// Initializers against the distributions that Keras promises, and its fixed values.
struct OracleInitializerTests {
    @Test func drawsWhatKerasPromises() throws {
        var (fixed, drawn) = (0, 0)
        for oracle in try OracleCatalogue.shared().cases(family: "initializers") {
            guard let extents = oracle.fields["shape"]?.ints, let make = try initializer(oracle) else { continue }
            let shape = Shape(extents)
            if oracle.has("output.0") {
                let got = Values(shape, .float32, make.values(for: shape)).cast(to: .float32)
                expectClose(got, try oracle.values("output.0"), .exact, oracle.id)
                fixed += 1
            } else {
                try expectDistribution(oracle, make.values(for: shape))
                drawn += 1
            }
        }
        #expect(fixed >= 3)
        #expect(drawn >= 36)
    }

    /// The initializer of a case; `nil` for those that are not there yet.
    private func initializer(_ oracle: OracleCase) throws -> Initializer? {
        if ["Identity", "Orthogonal"].contains(oracle.name) { return nil }
        var config = oracle.kerasConfig
        config["seed"] = 20_260
        return try Initializer(oracle.name, arguments: config)
    }

    /// Bounds hold exactly; mean and deviation within 1 % of the deviation, and the shape of the distribution by its
    /// fourth moment.
    private func expectDistribution(_ oracle: OracleCase, _ values: [Double]) throws {
        let expected = try #require(oracle.fields["expected"])
        let sample = try #require(oracle.fields["sample"])
        let mean = try #require(expected["mean"]?.double)
        let deviation = try #require(expected["stddev"]?.double)
        let kurtosis = try #require(sample["kurtosis"]?.double)
        let count = Double(values.count)
        let gotMean = values.reduce(0, +) / count
        let second = values.reduce(0) { $0 + ($1 - gotMean) * ($1 - gotMean) } / count
        let fourth = values.reduce(0) { $0 + ($1 - gotMean) * ($1 - gotMean) * ($1 - gotMean) * ($1 - gotMean) } / count
        #expect(abs(gotMean - mean) <= 0.01 * deviation, "\(oracle.id): mean \(gotMean), expected \(mean)")
        #expect(
            abs(second.squareRoot() - deviation) <= 0.01 * deviation,
            "\(oracle.id): deviation \(second.squareRoot()), expected \(deviation)")
        #expect(
            abs(fourth / (second * second) - kurtosis) <= 0.1,
            "\(oracle.id): kurtosis \(fourth / (second * second)), Keras's sample has \(kurtosis)")
        // The bounds are stored with seven digits.
        let slack = deviation * 1e-5
        if let low = expected["low"]?.double {
            #expect(values.allSatisfy { $0 >= low - slack }, "\(oracle.id): \(low)")
        }
        if let high = expected["high"]?.double {
            #expect(values.allSatisfy { $0 <= high + slack }, "\(oracle.id): \(high)")
        }
    }

    @Test func oneSeedGivesOneDraw() throws {
        let shape: Shape = [40, 30]
        func draw(_ seed: Int) throws -> [Double] {
            try Initializer("HeNormal", arguments: ["seed": .int(seed)]).values(for: shape)
        }
        #expect(try draw(7) == draw(7))
        #expect(try draw(7) != draw(8))
        #expect(Initializer.glorotUniform.values(for: shape) != Initializer.glorotUniform.values(for: shape))
    }
}
