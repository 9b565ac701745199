import IbexGraph
import IbexModels
import IbexTestSupport
import Testing

/// Initializers against the distributions that Keras promises, and its fixed values.
struct OracleInitializerTests {
    @Test(arguments: ["cpu", "opencl"]) func keepsKerassFacts(device: String) throws {
        try PlainKernels.withDevice(device) {
            var (fixed, drawn, orthogonal) = (0, 0, 0)
            for oracle in try OracleCatalogue.shared().cases(family: "initializers") {
                let shape = Shape(try #require(oracle.fields["shape"]?.ints))
                let make = try initializer(oracle)
                let values = try make(shape, dtype: .float64).doubles()
                if let length = oracle.fields["expected"]?["squared_length"]?.double {
                    expectOrthogonal(oracle, values, shape, length)
                    orthogonal += 1
                } else if oracle.has("output.0") {
                    let got = Values(shape, .float32, values).cast(to: .float32)
                    expectClose(got, try oracle.values("output.0"), .exact, oracle.id)
                    fixed += 1
                } else {
                    try expectDistribution(oracle, values)
                    drawn += 1
                }
            }
            print("initializers on \(device): \(fixed) fixed, \(drawn) drawn, \(orthogonal) orthogonal")
            #expect(fixed == 5 && drawn == 42 && orthogonal == 3)
        }
    }

    private func initializer(_ oracle: OracleCase) throws -> Initializer {
        var config = oracle.kerasConfig
        if config.keys.contains("seed") { config["seed"] = 20_260 }
        // Keras leaves this gain out of its configuration.
        if oracle.name == "Identity" { config["gain"] = .double(try oracle.values("output.0").scalars[0]) }
        return try Initializer(oracle.name, arguments: config)
    }

    /// Rows or columns, whichever are fewer, are orthogonal and of the expected length.
    private func expectOrthogonal(_ oracle: OracleCase, _ values: [Double], _ shape: Shape, _ squaredLength: Double) {
        let columns = shape[-1]
        let rows = values.count / columns
        let (count, length) = (min(rows, columns), max(rows, columns))
        func entry(_ vector: Int, _ place: Int) -> Double {
            rows < columns ? values[vector * columns + place] : values[place * columns + vector]
        }
        for first in 0..<count {
            for second in 0..<count {
                let product = (0..<length).reduce(0) { $0 + entry(first, $1) * entry(second, $1) }
                let want = first == second ? squaredLength : 0
                #expect(abs(product - want) < 1e-12, "\(oracle.id): \(first), \(second): \(product), not \(want)")
            }
        }
    }

    /// Key for key, and back from Keras's wrapping; names and aliases lead to the same.
    @Test func givesItsConfigurationBack() throws {
        for oracle in try OracleCatalogue.shared().cases(family: "initializers") {
            let initializer = try Initializer(oracle.name, arguments: oracle.kerasConfig)
            #expect(initializer.className == oracle.name)
            expectSame(initializer.config, oracle.kerasConfig, oracle.id)
            #expect(try Initializer(config: initializer.serialized).serialized == initializer.serialized)
        }
        for (name, className) in [
            "identity": "Identity", "IdentityInitializer": "Identity", "orthogonal": "Orthogonal",
            "OrthogonalInitializer": "Orthogonal", "normal": "RandomNormal", "uniform": "RandomUniform",
            "zero": "Zeros", "one": "Ones", "GlorotUniform": "GlorotUniform", "he_normal": "HeNormal",
        ] {
            #expect(try Initializer(name).className == className)
        }
        #expect(try Initializer(config: Initializer.identity(gain: 3).serialized).values(for: [1, 2]) == [3, 0])
    }

    /// ±√(3 / fan) with the fan taken along axes of one's own: 4 · 5 instead of 3 · 4.
    @Test func fansAlongGivenAxes() throws {
        let arguments: Config = ["distribution": "uniform", "input_axes": [1, 2], "output_axes": [0], "seed": 3]
        let values = try Initializer("VarianceScaling", arguments: arguments).values(for: [300, 4, 5])
        let limit = (3.0 / 20).squareRoot()
        #expect(try #require(values.max()) <= limit && #require(values.max()) > 0.99 * limit)
        expectError(.argument, at: "VarianceScaling", found: "scale 0") {
            _ = try Initializer("VarianceScaling", arguments: ["scale": 0])
        }
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
