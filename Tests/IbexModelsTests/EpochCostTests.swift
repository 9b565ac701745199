import IbexGraph
import IbexModels
import IbexOpenCL
import IbexRuntime
import Testing

/// What a training epoch costs on a real device, in counts: launches, bytes, copies.
@Suite struct EpochCostTests {
    private static func mlp784() -> Sequential {
        let model = Sequential([
            Input(shape: [784]), Dense(784, activation: .relu), Dense(10, activation: .softmax),
        ])
        model.compile(optimizer: .rmsprop(), loss: .categoricalCrossentropy, metrics: [.accuracy])
        return model
    }

    private static func data(rows: Int) throws -> (x: Tensor, y: Tensor) {
        let labels = Tensor((0..<rows).map { Int32($0 % 10) })
        return (Tensor.randomUniform([rows, 784]), try toCategorical(labels, numClasses: 10))
    }

    /// One replayed program with gather, metrics and update inside, all parameters updated where they lie.
    @Test(arguments: ["cpu", "opencl"]) func trainingStepIsOneProgramOfThirteenLaunches(device: String) throws {
        try withDevice(device) {
            let model = Self.mlp784()
            let (x, y) = try Self.data(rows: 256)
            try model.fit(x, y, batchSize: 128, verbose: 0)
            #expect(model.trainingSteps.count == 1)
            let step = try #require(model.trainingSteps.first)
            #expect(step.executable.launchCount <= 13, "\(step.program)")
            // The batch, its labels, the hidden layer, its gradient and rows of ten: no gradient of weights.
            #expect(step.executable.temporaryBytes <= 1_250_000)
            let written = step.program.steps.flatMap { $0.outputs.map(\.buffer) }
            let updated = written.filter { if case .input = step.program.buffers[$0].home { true } else { false } }
            // Four parameters with their slots, three accumulators, the step counter and the offset.
            #expect(updated.count == 13 && Set(updated).count == 13)
            let copies = step.program.steps.compactMap { $0.op as? Ops.Fused }
                .filter { !$0.isReduction && $0.body.instructions.count == 1 }
            #expect(copies.isEmpty)
        }
    }

    /// Ten more epochs of any length take no device memory, and what the host writes does not grow with the steps.
    @Test func epochAllocatesNothingAndTheHostWritesOnlyItsOrder() throws {
        // How a sum is split, and with it the launches, depends on the compute units: not on this machine's.
        let backend = try OpenCLBackend(try #require(try OpenCLPlatforms.devices().first), computeUnits: 2)
        try DeviceRegistry.$substitute.withValue(backend) { try countEpochs(on: backend.device, backend.counters) }
    }

    private func countEpochs(on device: Device, _ counters: OpenCLCounters) throws {
        func cost(rows: Int, epochs: Int) throws -> (bytes: Int, writes: Int, launches: Int, builds: Int) {
            try withDevice(device) {
                let model = Self.mlp784()
                let (x, y) = try Self.data(rows: rows)
                try model.fit(x, y, batchSize: 128, verbose: 0)
                let before = (
                    counters.bytesAllocated, counters.hostWrites, counters.kernelLaunches, counters.programBuilds
                )
                try model.fit(x, y, batchSize: 128, epochs: epochs, verbose: 0)
                return (
                    counters.bytesAllocated - before.0, counters.hostWrites - before.1,
                    counters.kernelLaunches - before.2, counters.programBuilds - before.3
                )
            }
        }
        let (one, eleven) = (try cost(rows: 512, epochs: 1), try cost(rows: 512, epochs: 11))
        let longer = try cost(rows: 2560, epochs: 11)
        #expect(one.bytes == eleven.bytes)
        #expect(one.builds == 0 && eleven.builds == 0)
        // CPU devices take small neighbours together.
        #expect(eleven.launches - one.launches == 10 * 4 * (device.kind == .cpu ? 8 : 13))
        // The order of the rows, and zeros for three accumulators and the offset, once an epoch.
        #expect(eleven.writes - one.writes == 10 * 5)
        #expect(longer.writes == eleven.writes)
    }
}
