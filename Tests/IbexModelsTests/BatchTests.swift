import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Synchronization
import Testing

/// Training on single batches, and on batches from a sequence.
@Suite struct BatchTests {
    /// y = w x with w = 1 at first, fitted to y = 3 x.
    private func line(_ device: String = "cpu") throws -> Sequential {
        let model = Sequential([Input(shape: [1]), Dense(1, useBias: false, kernelInitializer: .ones)])
        model.compile(optimizer: .sgd(learningRate: 0.1), loss: .meanSquaredError, metrics: [.mae])
        return model
    }

    private static func batch(_ values: [Float]) -> Batch {
        let x = Tensor(shape: [values.count, 1], scalars: values)
        return Batch(x, x * 3)
    }

    /// Σ (w x - 3 x)² / n falls by 2 x² (w - 3) / n · 0.1 in w.
    @Test(arguments: ["cpu", "opencl"]) func oneBatchAtATime(device: String) throws {
        try withDevice(device) {
            let model = try line()
            let (x, y) = (Tensor([[1], [2]] as [[Float]]), Tensor([[3], [6]] as [[Float]]))
            let before = try model.testOnBatch(x, y)
            #expect(before.names == ["loss", "mae"] && before.values == [10, 3])
            #expect(try model.trainOnBatch(x, y).values == [10, 3])
            // w = 1 + 0.1 · 2 · 2 · 5 / 2
            #expect(try model.weights[0].value.item(as: Float.self) == 2)
            #expect(try model.trainOnBatch(x, y, sampleWeight: Tensor([2, 0] as [Float])).loss == 1)
            // w = 2 + 0.1 · 2 · 1 · 2 / 2
            #expect(abs(try model.predictOnBatch(x).scalars(as: Float.self)[1] - 4.4) < 1e-6)
            #expect(model.trainingSteps.count == 2)
        }
    }

    @Test(arguments: ["cpu", "opencl"]) func sequencesTrainAsTensorsDo(device: String) throws {
        try withDevice(device) {
            let (whole, parts) = (try line(), try line())
            let values = (0..<10).map { Float($0) / 10 }
            let all = Self.batch(values)
            let history = try whole.fit(
                all.inputs[0], all.targets[0], batchSize: 4, epochs: 3, verbose: 0, shuffle: false)
            let batches = [0..<4, 4..<8, 8..<10].map { Self.batch(Array(values[$0])) }
            let other = try parts.fit(batches, epochs: 3, verbose: 0)
            #expect(other["loss"] == history["loss"] && other["mae"] == history["mae"])
            #expect(
                try parts.weights[0].value.item(as: Float.self) == whole.weights[0].value.item(as: Float.self))
            #expect(
                try parts.evaluate(batches, verbose: 0).values
                    == whole.evaluate(
                        all.inputs[0], all.targets[0], batchSize: 4, verbose: 0
                    ).values)
            #expect(
                try parts.predict(batches, verbose: 0).scalars(as: Float.self)
                    == whole.predict(all.inputs[0], verbose: 0).scalars(as: Float.self))
            // One program for four rows, one for two.
            #expect(parts.trainingSteps.count == 2)
        }
    }

    /// The first rows of a larger tensor are as good a batch as any others.
    @Test(arguments: ["cpu", "opencl"]) func batchesAreSlices(device: String) throws {
        try withDevice(device) {
            let model = try line()
            model.compile(optimizer: .sgd(learningRate: 0), loss: .meanAbsoluteError)
            let x = Tensor(shape: [4, 1], scalars: [1, 2, 3, 4] as [Float]) * 2
            let history = try model.fit([Batch(x[..<2], x[..<2] * 3), Batch(x[2...], x[2...] * 3)], verbose: 0)
            // The mean of 2 x.
            #expect(history["loss"] == [10])
        }
    }

    /// Two of three batches make an epoch: the second epoch takes the third, and the sequence begins anew after it.
    @Test func epochsOfSomeSteps() throws {
        let model = try line()
        let drawn = Mutex<[Int]>([])
        let batches = (0..<3).lazy.map { number in
            drawn.withLock { $0.append(number) }
            return Self.batch([Float(number)])
        }
        model.compile(optimizer: .sgd(learningRate: 0), loss: .meanAbsoluteError)
        let history = try model.fit(batches, epochs: 3, verbose: 0, stepsPerEpoch: 2)
        // The error of batch k is 2 k.
        #expect(history["loss"] == [1, 4, 1])
        #expect(drawn.withLock { Array($0.prefix(5)) } == [0, 1, 2, 0, 1])
        let all = Self.batch([0, 1, 2])
        let tensors = try model.fit(
            all.inputs[0], all.targets[0], batchSize: 1, epochs: 3, verbose: 0, shuffle: false, stepsPerEpoch: 2)
        #expect(tensors["loss"] == [1, 4, 1])
    }

    @Test func validation() throws {
        let model = try line()
        model.compile(optimizer: .sgd(learningRate: 0), loss: .meanAbsoluteError)
        let history = try model.fit(
            [Self.batch([1])], epochs: 2, verbose: 0, validationBatches: [Self.batch([1, 2]), Self.batch([6])])
        #expect(history["val_loss"] == [6, 6])
        let all = Self.batch([1, 2, 3, 4])
        let every = try model.fit(
            all.inputs[0], all.targets[0], epochs: 4, verbose: 0,
            validationData: (all.inputs[0], all.targets[0]), validationSteps: 1, validationBatchSize: 2,
            validationFrequency: 2)
        #expect(every["val_loss"] == [3, 3])
    }

    @Test func classWeights() throws {
        let model = Sequential([Input(shape: [2]), Dense(2, activation: .softmax, kernelInitializer: .zeros)])
        model.compile(optimizer: .sgd(learningRate: 0), loss: .sparseCategoricalCrossentropy)
        let batches = [Batch(Tensor.ones([4, 2], .float32), Tensor([0, 1, 1, 1] as [Int32]))]
        let history = try model.fit(batches, verbose: 0, classWeight: [0: 5])
        // ln 2 for each sample, five times for the first: (5 + 3) / 4.
        #expect(abs(history["loss"][0] - 2 * 0.6931471805599453) < 1e-6)
    }

    @Test func whatDoesNotFit() throws {
        let model = try line()
        expectError(.data, at: "fit of", found: "a sequence without batches") { try model.fit([Batch](), verbose: 0) }
        let wrong = [Self.batch([1]), Batch(Tensor.ones([2, 3], .float32), Tensor.ones([2, 1], .float32))]
        expectError(.shape, found: "(2, 3)") { try model.fit(wrong, verbose: 0) }
        expectError(.data, found: "1 samples in x and 2 in y") {
            try model.trainOnBatch(Tensor.ones([1, 1], .float32), Tensor.ones([2, 1], .float32))
        }
        expectError(.argument, found: "stepsPerEpoch 0") {
            try model.fit([Self.batch([1])], verbose: 0, stepsPerEpoch: 0)
        }
        expectError(.data, remedy: "drawn again") {
            try model.fit(AnySequence { () -> AnyIterator<Batch> in AnyIterator { nil } }, epochs: 2, verbose: 0)
        }
    }
}
