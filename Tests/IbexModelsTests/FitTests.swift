import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// What `fit`, `evaluate` and `predict` do, beyond the numbers that the golden runs check.
@Suite(.serialized) struct FitTests {
    /// y = 2 x - 1 for x = 0 … n - 1, through one weight and one bias that start at zero.
    private func line(_ count: Int) -> (model: Sequential, x: Tensor, y: Tensor) {
        let model = Sequential([Input(shape: [1]), Dense(1, kernelInitializer: .zeros)])
        let x = (0..<count).map { Float($0) / Float(count) }
        return (
            model, Tensor(shape: [count, 1], scalars: x), Tensor(shape: [count, 1], scalars: x.map { 2 * $0 - 1 })
        )
    }

    @Test(arguments: ["cpu", "opencl"]) func learnsDigits(device: String) throws {
        try withDevice(device) {
            try withRandomSeed(42) {
                let (x, y) = try Digits.load()
                let model = Sequential {
                    Input(shape: [8, 8])
                    Flatten()
                    Dense(64, activation: .relu)
                    Dropout(0.1)
                    Dense(10, activation: .softmax)
                }
                model.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
                let images = x.cast(to: .float32) / 16
                let history = try model.fit(images, y, batchSize: 32, epochs: 10, verbose: 0, validationSplit: 0.2)
                #expect(history.keys == ["accuracy", "loss", "val_accuracy", "val_loss"])
                #expect(history.epoch == Array(0..<10))
                #expect((history["val_accuracy"].last ?? 0) > 0.85)
                #expect((history["accuracy"].last ?? 0) > 0.93)
            }
        }
    }

    @Test func validationTakesTheLastRows() throws {
        let (model, x, y) = line(10)
        // With a learning rate of zero the model says 0 throughout, so each loss is the mean of y².
        model.compile(optimizer: .sgd(learningRate: 0), loss: .meanSquaredError)
        let history = try model.fit(x, y, batchSize: 4, verbose: 0, validationSplit: 0.25)
        let squares = (0..<10).map {
            let y = 2 * Double($0) / 10 - 1; return y * y
        }
        #expect(abs(history["loss"][0] - squares[..<7].reduce(0, +) / 7) < 1e-6)
        #expect(abs(history["val_loss"][0] - squares[7...].reduce(0, +) / 3) < 1e-6)
        let other = try model.fit(x, y, verbose: 0, validationSplit: 0.25, validationData: (x[..<2], y[..<2]))
        #expect(abs(other["loss"][0] - squares.reduce(0, +) / 10) < 1e-6)
        #expect(abs(other["val_loss"][0] - squares[..<2].reduce(0, +) / 2) < 1e-6)
    }

    @Test func epochsEndWhereTheyAreTold() throws {
        let (model, x, y) = line(8)
        model.compile(optimizer: .sgd(), loss: .meanSquaredError)
        let history = try model.fit(x, y, epochs: 5, verbose: 0, initialEpoch: 3)
        #expect(history.epoch == [3, 4])
        #expect(try model.optimizer?.iterations?.value.item(as: Int64.self) == 2)
        #expect(try model.fit(x, y, epochs: 2, verbose: 0, initialEpoch: 2).epoch.isEmpty)
    }

    @Test func tracesOnceForEachBatchSize() throws {
        let (model, x, y) = line(10)
        model.compile(optimizer: .sgd(), loss: .meanSquaredError)
        try model.fit(x, y, batchSize: 4, epochs: 3, verbose: 0)
        try model.fit(x, y, batchSize: 4, epochs: 2, verbose: 0)
        #expect(model.trainingSteps.count == 2)
        #expect(try model.optimizer?.iterations?.value.item(as: Int64.self) == 15)
    }

    @Test func weightsScaleTheLoss() throws {
        let (model, x, y) = line(4)
        model.compile(
            optimizer: .sgd(learningRate: 0), loss: .meanSquaredError, metrics: [.mse], weightedMetrics: [.mse])
        let weights = Tensor([1, 0, 2, 0] as [Float])
        let result = try model.evaluate(x, y, verbose: 0, sampleWeight: weights)
        // y = -1, -0.5, 0, 0.5: the loss divides by the number of samples, a weighted metric by the weights.
        #expect(result.names == ["loss", "mse", "mse_1"])
        #expect(abs(result.loss - 1.0 / 4) < 1e-6)
        #expect(abs((result["mse"] ?? 0) - 1.5 / 4) < 1e-6)
        #expect(abs((result["mse_1"] ?? 0) - 1.0 / 3) < 1e-6)
    }

    @Test func classWeightsScaleTheLoss() throws {
        let x = Tensor.zeros([4, 2], .float32)
        let labels = Tensor([0, 1, 1, 1] as [Int32])
        let model = Sequential([Dense(2, activation: .softmax)])
        model.compile(optimizer: .sgd(learningRate: 0), loss: .sparseCategoricalCrossentropy)
        let history = try model.fit(x, labels, verbose: 0, classWeight: [0: 5])
        #expect(abs(history["loss"][0] - 2 * 0.6931471805599453) < 1e-6)
        let oneHot = Sequential([Dense(2, activation: .softmax)])
        oneHot.compile(optimizer: .sgd(learningRate: 0), loss: .categoricalCrossentropy)
        let other = try oneHot.fit(x, try toCategorical(labels), verbose: 0, classWeight: [0: 5])
        #expect(abs(other["loss"][0] - 2 * 0.6931471805599453) < 1e-6)
    }

    @Test func predictsInBatches() throws {
        let model = Sequential([Dense(3, activation: .tanh)])
        let x = Tensor(shape: [7, 2], scalars: (0..<14).map { Float($0) })
        let whole = try model(x).scalars(as: Float.self)
        #expect(try model.predict(x, batchSize: 3, verbose: 0).scalars(as: Float.self) == whole)
        #expect(try model.predict(x, verbose: 0).scalars(as: Float.self) == whole)
    }

    @Test func bytesStayBytesUntilTheyAreGathered() throws {
        let model = Sequential([Input(shape: [2]), Dense(1, kernelInitializer: .ones)])
        model.compile(optimizer: .sgd(learningRate: 0), loss: .meanSquaredError)
        let x = Tensor(shape: [3, 2], scalars: [1, 2, 3, 4, 5, 250] as [UInt8])
        let loss = try model.evaluate(x, Tensor([3, 7, 255] as [Int32]), verbose: 0).loss
        #expect(loss == 0)
    }

    @Test func freezing() throws {
        let (model, x, y) = line(4)
        let frozen = Dense(1, kernelInitializer: .ones)
        model.add(frozen)
        frozen.trainable = false
        model.compile(optimizer: .sgd(), loss: .meanSquaredError)
        try model.fit(x, y, verbose: 0)
        #expect(try frozen.weights[0].value.item(as: Float.self) == 1)
        #expect(model.trainableWeights.count == 2 && model.nonTrainableWeights.count == 2)
        #expect(try model.weights[0].value.item(as: Float.self) != 0)
        model.trainable = false
        model.compile(optimizer: .sgd(), loss: .meanSquaredError)
        expectError(.state, found: "no weight") { try model.fit(x, y, verbose: 0) }
    }
}
