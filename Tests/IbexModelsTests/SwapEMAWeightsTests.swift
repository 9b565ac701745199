import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Weights and their averages change places where Keras changes them.
@Suite struct SwapEMAWeightsTests {
    /// One weight that a step at rate 0.25 halves: the slope of mean((w x)^2) with x = 1 is 2 w.
    private func model(averaging: WeightAveraging? = WeightAveraging(momentum: 0.75)) throws -> Sequential {
        let model = Sequential([Input(shape: [1]), Dense(1, useBias: false)])
        model.compile(optimizer: .sgd(learningRate: 0.25, averaging: averaging), loss: .meanSquaredError)
        try model.setWeights([Tensor(shape: [1, 1], scalars: [2 as Float])])
        return model
    }

    private let x = Tensor.ones([4, 1])
    private let y = Tensor.zeros([4, 1])

    private func pair(_ model: Model) throws -> [Double] {
        let average = try model.optimizer?.averages.first?.variable.value.doubles().first
        return [try model.weights[0].value.doubles()[0], average ?? 0]
    }

    @Test func doesAsKeras() throws {
        for given in try OracleCallbacks.entries("swaps") {
            try withDevice("cpu") {
                let model = try model()
                var (hooks, pairs) = ([String](), [[Double]]())
                func note(_ hook: String) throws {
                    hooks.append(hook)
                    pairs.append(try pair(model))
                }
                let listener = LambdaCallback(
                    onEpochBegin: { _, _ in try note("epoch_begin") },
                    onEpochEnd: { epoch, _ in
                        try note("epoch_end")
                        model.stopTraining = epoch == given["stop"]?.int
                    },
                    onTrainEnd: { _ in try note("train_end") }, onTestBegin: { _ in try note("test_begin") },
                    onTestEnd: { _ in try note("test_end") })
                let swapOnEpoch = try #require(given["arguments"]?["swap_on_epoch"])
                let swap = SwapEMAWeights(swapOnEpoch: swapOnEpoch.bool == true)
                try model.fit(
                    x, y, batchSize: 2, epochs: try #require(given["epochs"]?.int), verbose: 0,
                    callbacks: [swap, listener], validationData: given["validates"]?.bool == true ? (x, y) : nil)
                try note("end")
                let seen = try #require(given["seen"]?.array).map { try #require($0.array) }
                #expect(hooks == seen.compactMap { $0[0].string })
                #expect(pairs == seen.map { $0.dropFirst().compactMap(\.double) })
            }
        }
    }

    /// `evaluate` and `predict` by themselves use the averages and leave the weights: 2 and 0.5 twice halved, worked by hand.
    @Test func evaluationLeavesTheWeights() throws {
        try withDevice("cpu") {
            let model = try model()
            let swap = SwapEMAWeights()
            try model.fit(
                x, y, batchSize: 2, verbose: 0,
                callbacks: [
                    LambdaCallback(onEpochEnd: { _, _ in
                        #expect(try pair(model) == [0.5, 0.875])
                        let loss = try model.evaluate(x, y, verbose: 0, callbacks: [swap]).loss
                        #expect(loss == 0.875 * 0.875)
                        let answer = try model.predict(x, verbose: 0, callbacks: [swap])
                        #expect(try answer.doubles() == [0.875, 0.875, 0.875, 0.875])
                        #expect(try pair(model) == [0.5, 0.875])
                    })
                ])
        }
    }

    @Test func refusesAnOptimizerWithoutAverages() throws {
        try withDevice("cpu") {
            let model = try model(averaging: nil)
            let error = #expect(throws: IbexError.self) {
                try model.fit(x, y, verbose: 0, callbacks: [SwapEMAWeights()], validationData: (x, y))
            }
            #expect(error?.description.contains("keeps no averages") == true)
        }
    }
}
