import IbexGraph
import IbexModels
import IbexRuntime
import Testing

/// Training steps and training loops of one's own.
@Suite struct TrainStepTests {
    /// Trains on the absolute error, and keeps a metric of its own.
    private final class Custom: Model {
        let inner = Dense(1, useBias: false, kernelInitializer: .ones)
        let error = Mean(name: "error")

        override var ownMetrics: [Metric] { [error] }

        override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor { try inner(input, context) }

        override func trainStep(_ batch: Batch) throws -> Tensor {
            let prediction: Tensor = try self(batch.inputs, training: true)
            let errors = (prediction - batch.targets[0]).abs()
            try error.update(errors)
            let loss = errors.mean()
            try applyGradients(of: loss)
            return loss
        }
    }

    @Test(arguments: ["cpu", "opencl"]) func ownStep(device: String) throws {
        try withDevice(device) {
            let model = Custom()
            model.compile(optimizer: .sgd(learningRate: 0.25))
            let x = Tensor([[1], [3]] as [[Float]])
            let history = try model.fit(x, x * 5, epochs: 2, verbose: 0)
            // |w - 5| (1 + 3) / 2 with w = 1, then 1 + 0.25 · 2.
            #expect(history["loss"] == [8, 7] && history["error"] == [8, 7])
            #expect(model.trainingSteps.count == 1)
        }
    }

    /// A loop of one's own is one program: model, loss, gradient and update.
    @Test(arguments: ["cpu", "opencl"]) func ownLoop(device: String) throws {
        try withDevice(device) {
            let model = Sequential([Input(shape: [1]), Dense(1, useBias: false, kernelInitializer: .ones)])
            let optimizer = Optimizer.sgd(learningRate: 0.25)
            let loss = Loss.meanAbsoluteError
            let step = compile { inputs in
                let value = try loss(inputs[1], model(inputs[0], training: true))
                let weights = model.trainableWeights
                try optimizer.apply(gradients(of: value, withRespectTo: weights.map(\.value)), to: weights)
                return [value]
            }
            let x = Tensor([[1], [3]] as [[Float]])
            let losses = try (0..<3).map { _ in try step(x, x * 5)[0].item(as: Float.self) }
            #expect(losses == [8, 7, 6])
            #expect(step.programCount == 1)
            #expect(try optimizer.iterations?.value.item(as: Int64.self) == 3)
        }
    }
}
