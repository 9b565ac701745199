import Ibex
import IbexTestSupport
import Testing

/// Documentation/Custom.md shows code that runs, and it does what the page says.
@Suite struct CustomPageTests {
    private var x: Tensor { Tensor([[1, 2], [3, -4]] as [[Float]]) }

    @Test func pageShowsThisCode() throws { try Pages.expectPage("Custom", shows: "CustomPageCode") }

    @Test(arguments: ["cpu", "opencl"]) func layers(device: String) throws {
        try PlainKernels.withDevice(device) {
            let affine = Affine(name: "affine")
            let model = Sequential([Input(shape: [2]), affine, Scaled(by: 2)])
            #expect(model.weights.map(\.name) == ["affine/scale", "affine/shift"])
            try model.setWeights([Tensor([1, 3] as [Float]), Tensor([10, 20] as [Float])])
            #expect(try model(x).scalars(as: Float.self) == [22, 52, 26, 16])
            let scaled = try twin(of: Sequential([Input(shape: [2]), Scaled(by: 2)]))
            #expect(try scaled(x).scalars(as: Float.self) == [2, 4, 6, -8])
            expectError(.argument, at: "Scaled, key factor", found: "nothing") { _ = try Scaled(config: ["faktor": 2]) }
            // An outer kernel of zeros: the short cut alone.
            let y = Tensor([[1, 2, 3, 4]] as [[Float]])
            #expect(try Residual()(y).scalars(as: Float.self) == [1, 2, 3, 4])
        }
    }

    @Test(arguments: ["cpu", "opencl"]) func lossAndMetric(device: String) throws {
        try PlainKernels.withDevice(device) {
            let model = Sequential([Input(shape: [2]), Affine()])
            model.compile(optimizer: .sgd(), loss: quartic, metrics: [LargestError(name: "largest")])
            // Errors of 1 and 0, then 2 and 0: (1 + 16) / 4.
            let y = Tensor([[2, 2], [3, -2]] as [[Float]])
            let result = try model.evaluate(x, y, batchSize: 1, verbose: 0)
            #expect(result.names == ["loss", "largest"] && result.values == [4.25, 2])
        }
    }

    @Test(arguments: ["cpu", "opencl"]) func closures(device: String) throws {
        try PlainKernels.withDevice(device) {
            let layer = dense()
            let model = Sequential([Input(shape: [2]), layer])
            #expect(try layer.weights[0].value.scalars(as: Float.self) == [0, 0.1, 0.2, 0.3])
            // sin(1 · 0 + 2 · 0.2), sin(1 · 0.1 + 2 · 0.3)
            let y = try model(x).scalars(as: Float.self)
            #expect(abs(y[0] - 0.3894183) < 1e-6 && abs(y[1] - 0.6442177) < 1e-6)
            model.compile(optimizer: .sgd(learningRate: 0), loss: .meanSquaredError)
            // 0.1 of the largest weight above no error at all; then the nearest halves.
            let loss = try model.trainOnBatch(x, try model(x)).loss
            #expect(abs(loss - 0.03) < 1e-7)
            #expect(try layer.weights[0].value.scalars(as: Float.self) == [0, 0, 0, 0.5])
            let rates = try halving(Tensor([0, 1, 2] as [Float])).scalars(as: Float.self)
            #expect(zip(rates, [0.1, 0.05, 0.025] as [Float]).allSatisfy { abs($0 - $1) < 1e-7 })
        }
    }

    @Test(arguments: ["cpu", "opencl"]) func gradientAndOptimizer(device: String) throws {
        try PlainKernels.withDevice(device) {
            let z = Tensor([0.4, 1.6] as [Float])
            #expect(try rounded(z).scalars(as: Float.self) == [0, 2])
            // d/dz Σ round(z)² = 2 round(z)
            let slope = try gradient { rounded($0).square() }(z)
            #expect(try slope.scalars(as: Float.self) == [0, 4])
            let weight = Variable(Tensor([1, 1, 1] as [Float]))
            try SignDescent(learningRate: 0.5).apply([Tensor([-3, 0, 0.1] as [Float])], to: [weight])
            #expect(try weight.value.scalars(as: Float.self) == [1.5, 1, 0.5])
        }
    }

    /// y = 5 x with a weight that begins at 1: |w - 5| times the mean of x, which is what w gains a step, times 0.25.
    @Test(arguments: ["cpu", "opencl"]) func trainingOfOnesOwn(device: String) throws {
        try PlainKernels.withDevice(device) {
            let column = Tensor([[1], [3]] as [[Float]])
            let robust = Robust()
            robust.compile(optimizer: .sgd(learningRate: 0.25))
            let history = try robust.fit(column, column * 5, epochs: 2, verbose: 0)
            #expect(history["loss"] == [8, 7] && history["error"] == [8, 7])
            let model = Sequential([Input(shape: [1]), Dense(1, useBias: false, kernelInitializer: .ones)])
            #expect(try train(model, column, column * 5, batchSize: 2, epochs: 2) == [8, 7])
            // From w = 2 on: 3 · 1, then 2.75 · 3.
            #expect(try train(model, column, column * 5, batchSize: 1, epochs: 1) == [3, 8.25])
        }
    }
}
