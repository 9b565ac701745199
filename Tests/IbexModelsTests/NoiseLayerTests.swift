import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Layers that draw: shares and moments within four standard deviations of what the distribution says.
@Suite struct NoiseLayerTests {
    private static let count = 40_000

    private func noise(_ layer: Layer, _ device: String, value: Double = 1) throws -> [Double] {
        try PlainKernels.withDevice(device) {
            try layer(Tensor.full(value, [Self.count / 100, 100]), training: true).doubles()
        }
    }

    private func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
        let n = Double(values.count)
        let mean = values.reduce(0, +) / n
        return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n)
    }

    /// The share dropped has the deviation √(p (1 - p) / n); what is kept is 1 / (1 - p).
    @Test(arguments: ["cpu", "opencl"]) func dropout(device: String) throws {
        let values = try noise(Dropout(0.3, seed: 7), device)
        let dropped = Double(values.count { $0 == 0 }) / Double(values.count)
        #expect(abs(dropped - 0.3) < 4 * (0.21 / Double(Self.count)).squareRoot())
        #expect(values.allSatisfy { $0 == 0 || abs($0 - 1 / 0.7) < 1e-6 })
    }

    /// Mean 0 with deviation σ / √n; the variance of a normal sample has the deviation σ² √(2 / n).
    @Test(arguments: ["cpu", "opencl"]) func gaussianNoise(device: String) throws {
        let n = Double(Self.count)
        let (mean, variance) = moments(try noise(GaussianNoise(0.5, seed: 3), device, value: 2))
        #expect(abs(mean - 2) < 4 * 0.5 / n.squareRoot())
        #expect(abs(variance - 0.25) < 4 * 0.25 * (2 / n).squareRoot())
    }

    /// Ones become normal numbers of mean 1 and variance rate / (1 - rate).
    @Test(arguments: ["cpu", "opencl"]) func gaussianDropout(device: String) throws {
        let n = Double(Self.count)
        let (mean, variance) = moments(try noise(GaussianDropout(0.2, seed: 3), device))
        #expect(abs(mean - 1) < 4 * (0.25 / n).squareRoot())
        #expect(abs(variance - 0.25) < 4 * 0.25 * (2 / n).squareRoot())
    }

    /// Rate ½: α' = -1.758099, a = (½ (1 + ½ α'²))^-½ = 0.886430, b = -½ a α' = 0.779214. Ones become a + b, dropped
    /// elements a α' + b.
    @Test(arguments: ["cpu", "opencl"]) func alphaDropout(device: String) throws {
        let alpha = -1.7580993408473766
        let a = 1 / (0.5 * (1 + 0.5 * alpha * alpha)).squareRoot()
        let (kept, dropped) = (a - a * alpha * 0.5, a * alpha - a * alpha * 0.5)
        let values = try noise(AlphaDropout(0.5, seed: 3), device)
        #expect(values.allSatisfy { min(abs($0 - kept), abs($0 - dropped)) < 1e-6 })
        let share = Double(values.count { abs($0 - dropped) < 1e-6 }) / Double(values.count)
        #expect(abs(share - 0.5) < 4 * (0.25 / Double(Self.count)).squareRoot())
    }

    /// A channel of a sample is kept or dropped as a whole, in either layout.
    @Test(arguments: ["cpu", "opencl"]) func spatialDropout(device: String) throws {
        try PlainKernels.withDevice(device) {
            let cases: [(Layer, Shape, [Int])] = [
                (SpatialDropout1D(0.5, seed: 1), [20, 6, 30], [1]),
                (SpatialDropout2D(0.5, dataFormat: .channelsLast, seed: 1), [20, 3, 2, 30], [1, 2]),
                (SpatialDropout2D(0.5, dataFormat: .channelsFirst, seed: 1), [20, 30, 3, 2], [2, 3]),
                (SpatialDropout3D(0.5, dataFormat: .channelsLast, seed: 1), [20, 3, 2, 1, 30], [1, 2, 3]),
            ]
            for (layer, shape, axes) in cases {
                let y = try layer(Tensor.ones(shape), training: true)
                let (low, high) = (try y.min(axes: axes).doubles(), try y.max(axes: axes).doubles())
                #expect(low == high && low.allSatisfy { $0 == 0 || $0 == 2 })
                let dropped = Double(low.count { $0 == 0 }) / 600
                #expect(low.count == 600 && abs(dropped - 0.5) < 4 * (0.25 / 600).squareRoot())
            }
        }
    }

    /// Nothing changes when not training, or with a rate of 0; a rate of 1 drops everything.
    @Test func identities() throws {
        let x = Tensor([[1, -2, 3], [4, 5, -6]] as [[Float]])
        let want = try x.doubles()
        for layer in [Dropout(0.5), GaussianNoise(0.5), GaussianDropout(0.5), AlphaDropout(0.5)] {
            #expect(try layer(x).doubles() == want)
        }
        for layer in [Dropout(0), GaussianNoise(0), GaussianDropout(0), AlphaDropout(0)] {
            #expect(try layer(x, training: true).doubles() == want)
        }
        #expect(try Dropout(1)(x, training: true).doubles().allSatisfy { $0 == 0 })
    }

    /// One seed, the same numbers; another seed, others.
    @Test func seeds() throws {
        let x = Tensor.ones([10, 10])
        let first = try Dropout(0.5, seed: 4)(x, training: true).doubles()
        #expect(try Dropout(0.5, seed: 4)(x, training: true).doubles() == first)
        #expect(try Dropout(0.5, seed: 5)(x, training: true).doubles() != first)
    }

    /// (0.1 · 6 + 0.5 · 14) / 2 for the elements 1, -2, 3, 0 in a batch of two.
    @Test func activityPenalty() throws {
        let context = CallContext()
        _ = try ActivityRegularization(l1: 0.1, l2: 0.5)(Tensor([[1, -2], [3, 0]] as [[Float]]), context)
        #expect(context.losses.count == 1)
        #expect(abs(try context.losses[0].doubles()[0] - 3.8) < 1e-6)
    }
}
