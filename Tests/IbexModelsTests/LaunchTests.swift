import IbexGraph
import IbexModels
import IbexRuntime
import Testing

/// What a training step costs, counted.
@Suite(.serialized) struct LaunchTests {
    private func mlp784() -> Sequential {
        let model = Sequential([
            Input(shape: [784]), Dense(784, activation: .relu, kernelInitializer: .zeros),
            Dense(10, activation: .softmax, kernelInitializer: .zeros),
        ])
        model.compile(optimizer: .rmsprop(), loss: .categoricalCrossentropy, metrics: [.accuracy])
        return model
    }

    /// One replayed program with gather, metrics and update inside: 2 gathers, 2 matmuls, the loss, 1 reduction for the
    /// accuracy and 1 for all totals and counters, 6 for the gradients, 1 for the update of both kernels.
    @Test(arguments: ["cpu", "opencl"]) func launches(device: String) throws {
        try withDevice(device) {
            let model = mlp784()
            try model.fit(
                Tensor.ones([256, 784], .float32), Tensor.ones([256, 10], .float32), batchSize: 128, verbose: 0)
            let step = try #require(model.trainingSteps.first)
            #expect(step.executable.launchCount <= 14, "\(step.program)")
        }
    }

    /// Ten times as many steps ask for no more storage and no more writes; reads are those behind the ring.
    @Test func nothingIsAllocatedInsideAnEpoch() throws {
        func counts(rows: Int) throws -> CountingBackend.Counts {
            let backend = CountingBackend(id: "counting:\(rows)")
            DeviceRegistry.shared.register(backend)
            return try withDevice(backend.device) {
                let model = mlp784()
                let (x, y) = (Tensor.ones([rows, 784], .float32), Tensor.ones([rows, 10], .float32))
                try model.fit(x, y, batchSize: 10, verbose: 0)
                let before = backend.counts
                try model.fit(x, y, batchSize: 10, verbose: 0)
                var spent = backend.counts
                spent.storages -= before.storages
                spent.writes -= before.writes
                spent.reads -= before.reads
                spent.programs -= before.programs
                spent.runs -= before.runs
                spent.laterReads -= before.laterReads
                return spent
            }
        }
        let (few, many) = (try counts(rows: 100), try counts(rows: 1000))
        #expect(few.runs == 10 && many.runs == 100)
        #expect(few.programs == 0 && many.programs == 0)
        #expect(few.storages == many.storages)
        #expect(few.writes == many.writes)
        #expect(few.reads == many.reads)
        // Three accumulators are read behind a step at the most, and once at the end.
        #expect(few.laterReads <= 3 * 11 && many.laterReads <= 3 * 101)
    }
}
