import IbexModels
import IbexRuntime
import Testing
import IbexGraph

/// Layers, models, losses and metrics of one's own.
@Suite struct CustomizationTests {
    final class Scale: Layer {
        private var factor: Variable?

        override func build(_ inputs: [Shape]) throws {
            factor = addWeight(name: "factor", shape: [inputs[0][-1]], initializer: .ones, regularizer: .l2(0.5))
        }

        override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
            guard let factor else { return input }
            context.addLoss(Tensor(Float(0.25)))
            return input * factor.value
        }
    }

    final class Sum: Model {
        let first = Scale(name: "first")
        let others = [Scale(name: "second"), Scale(name: "third")]

        override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
            try others.reduce(first(input, context)) { try $0 + $1(input, context) }
        }
    }

    final class Largest: Metric {
        override var stateShapes: [Shape] { [.scalar] }
        override func update(_ target: Tensor, _ prediction: Tensor, sampleWeight: Tensor?) throws {
            let state = variables[0]
            state.assign(state.value.maximum((target - prediction).abs().max()))
        }
        override func result(of state: [[Double]]) -> Double { state[0][0] }
    }

    @Test func findsSublayersInOrder() throws {
        let model = Sum(name: "sum")
        let x = Tensor([[1, 2], [3, 4]] as [[Float]])
        #expect(try model(x).scalars(as: Float.self) == [3, 6, 9, 12])
        #expect(model.layers.map(\.name) == ["first", "second", "third"])
        #expect(model.weights.map(\.name) == ["first/factor", "second/factor", "third/factor"])
        #expect(try model.getLayer(named: "second") === model.others[0])
        #expect(model.countParams() == 6)
    }

    /// Three factors of ones: a penalty of 0.5 · 2 each, an added loss of 0.25 each, and the error itself.
    @Test func lossesAddUp() throws {
        let model = Sum()
        let x = Tensor([[1, 2], [3, 4]] as [[Float]])
        let quartic = Loss("quartic") { target, prediction in (prediction - target).square().square().sum(axis: -1) }
        model.compile(optimizer: .sgd(learningRate: 0), loss: quartic, metrics: [Largest(name: "largest")])
        let y = Tensor([[3, 6], [9, 10]] as [[Float]])
        let history = try model.fit(x, y, batchSize: 1, verbose: 0)
        #expect(abs(history["loss"][0] - (3 * 0.5 * 2 + 3 * 0.25 + 16.0 / 2)) < 1e-5)
        #expect(history["largest"] == [2])
    }

    @Test func learnsWithLayersOfItsOwn() throws {
        let model = Sum()
        model.compile(optimizer: .adagrad(learningRate: 0.5), loss: .meanSquaredError)
        let x = Tensor([[1, 2], [3, -1], [-2, 1]] as [[Float]])
        let history = try model.fit(x, x * 5, epochs: 60, verbose: 0)
        #expect(try #require(history["loss"].last) < 0.8 * history["loss"][0])
    }

    @Test func regularizersAndConstraints() throws {
        let layer = Dense(2, kernelInitializer: .constant(3), kernelConstraint: .maxNorm(1), name: "d")
        let model = Sequential([Input(shape: [4]), layer])
        model.compile(optimizer: .sgd(learningRate: 1e-6), loss: .meanAbsoluteError)
        try model.fit(Tensor.ones([3, 4], .float32), Tensor.ones([3, 2], .float32), verbose: 0)
        // Each column's norm is 1 afterwards: four equal entries of one half.
        #expect(try layer.weights[0].value.scalars(as: Float.self).allSatisfy { abs($0 - 0.5) < 1e-5 })
    }
}
