import Ibex
import IbexGraph
import IbexOpenCL
import IbexRuntime
import Testing

@testable import bench

/// What a training step of a reference workload costs, in counts. Better numbers belong here as soon as they are there.
struct StepCost: Sendable, CustomTestStringConvertible {
    let workload: String
    /// Ops in the replayed program: gather, forward, loss, metrics, backward, update. The CPU launches each once.
    let ops: Int
    /// Kernels that OpenCL launches for them on a CPU device of two cores, small neighbours as one.
    let kernels: Int
    /// Planned temporary storage, in bytes.
    let arenaBytes: Int

    var testDescription: String { workload }

    static let all = [
        StepCost(workload: "mlp-10", ops: 12, kernels: 4, arenaBytes: 330_752),
        StepCost(workload: "mlp-20-15-l2", ops: 20, kernels: 5, arenaBytes: 435_200),
        StepCost(workload: "mlp-784", ops: 13, kernels: 8, arenaBytes: 1_209_344),
        StepCost(workload: "mlp-784-adam", ops: 13, kernels: 9, arenaBytes: 2_418_688),
        StepCost(workload: "cnn-32", ops: 21, kernels: 18, arenaBytes: 28_090_368),
        StepCost(workload: "cnn-32-64", ops: 28, kernels: 25, arenaBytes: 58_662_912),
    ]
}

@Suite(.serialized) struct WorkloadCostTests {
    /// The workload's model, trained for an epoch on made-up images of the right shape.
    private func trained(_ workload: Workload, batches: Int) throws -> (model: Sequential, x: Tensor, y: Tensor) {
        let rows = batches * workload.batchSize
        let pixels = (0..<rows * 784).map { UInt8(truncatingIfNeeded: $0 * 31) }
        let images = Tensor(shape: [rows, 28, 28], scalars: pixels)
        let labels = Tensor((0..<rows).map { UInt8($0 % 10) })
        let (x, y) = try workload.prepared((images, labels), brightest: 255)
        let model = Sequential([InputLayer(shape: Array(x.shape.extents.dropFirst()))] + workload.layers())
        model.compile(optimizer: workload.optimizer(), loss: .categoricalCrossentropy, metrics: [.accuracy])
        try model.fit(x, y, batchSize: workload.batchSize, verbose: 0)
        return (model, x, y)
    }

    @Test(arguments: StepCost.all) func aStepIsOneProgram(cost: StepCost) throws {
        let workload = try Workload.named(cost.workload)
        let backend = NullBackend()
        DeviceRegistry.shared.register(backend)
        try withDevice(backend.device) {
            let (model, _, _) = try trained(workload, batches: 2)
            #expect(model.trainingSteps.count == 1)
            let program = try #require(model.trainingSteps.first).program
            #expect(program.steps.count == cost.ops, "\(program)")
            #expect(program.arenas.reduce(0, +) == cost.arenaBytes)
        }
    }

    /// Two more epochs launch the step's kernels once for each of their steps, build and allocate nothing; the host
    /// writes their order and zeros for accumulators and offset, whatever the number of steps, and the data stays.
    @Test(arguments: StepCost.all) func anEpochIsItsLaunches(cost: StepCost) throws {
        let workload = try Workload.named(cost.workload)
        let backend = try OpenCLBackend(
            try #require(try OpenCLPlatforms.devices().first), variant: .cpu, computeUnits: 2)
        func spent(_ model: Sequential, _ x: Tensor, _ y: Tensor, epochs: Int) throws -> [Int] {
            let counters = backend.counters
            func now() -> [Int] {
                [
                    counters.kernelLaunches, counters.bytesAllocated, counters.programBuilds, counters.hostWrites,
                    counters.bytesWritten, counters.bytesRead,
                ]
            }
            let before = now()
            try model.fit(x, y, batchSize: workload.batchSize, epochs: epochs, verbose: 0)
            return zip(now(), before).map { $0 - $1 }
        }
        try DeviceRegistry.$substitute.withValue(backend) {
            try withDevice(backend.device) {
                let (model, x, y) = try trained(workload, batches: 2)
                let rows = x.shape[0]
                let kernels = try #require(model.trainingSteps.first).executable.launchCount
                #expect(kernels == cost.kernels)
                let (one, three) = (try spent(model, x, y, epochs: 1), try spent(model, x, y, epochs: 3))
                let more = zip(three, one).map { $0 - $1 }
                #expect(more[0] == 2 * 2 * kernels)
                #expect(more[1] == 0 && one[2] == 0 && three[2] == 0)
                #expect(more[3] == 2 * 5)
                // The order of the rows; the rest are accumulators, at most thirty-two bytes in all, and the offset.
                #expect(more[4] > 2 * rows * 4 && more[4] <= 2 * (rows * 4 + 40))
                #expect(more[5] > 0 && more[5] <= 2 * 3 * 32)
                // An order of its own is all that a further fit allocates: the data set stays where it is.
                #expect(one[1] <= 2 * workload.batchSize * 4)
            }
        }
    }
}
