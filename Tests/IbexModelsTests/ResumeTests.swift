import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// A training that is interrupted and resumed from its state gives the bits of one that ran through.
@Suite(.serialized) struct ResumeTests {
    /// What is thrown to interrupt a training.
    private struct Interruption: Error {}

    /// Takes the state of a training at a place, and ends it there.
    private final class Interrupter: Callback {
        let epoch: Int
        let batch: Int?
        private(set) var taken: TrainingState?
        private var now = 0

        /// - Parameter batch: `nil` for the end of the epoch.
        init(epoch: Int, batch: Int?) { (self.epoch, self.batch) = (epoch, batch) }

        override var isToldLast: Bool { true }
        override func onEpochBegin(_ epoch: Int, _ logs: Logs) { now = epoch }
        override func onTrainBatchEnd(_ batch: Int, _ logs: BatchLogs) throws {
            if now == epoch, batch == self.batch { try interrupt() }
        }
        override func onEpochEnd(_ epoch: Int, _ logs: inout Logs) throws {
            if epoch == self.epoch, batch == nil { try interrupt() }
        }

        private func interrupt() throws {
            let state = try #require(model).trainingState()
            // Bytes, as a file holds them.
            let tensors = try state.tensors.map { ($0.name, Tensor(HostData(try $0.value.bytes()), $0.value.type)) }
            taken = TrainingState(
                position: state.position, seed: state.seed, draws: state.draws, tensors: tensors,
                callbacks: state.callbacks)
            throw Interruption()
        }
    }

    /// How a training is set up.
    enum Setting: String, CaseIterable, CustomTestStringConvertible {
        case schedule, callbacks, stepsPerEpoch, batches, batchesWithSteps
        var testDescription: String { rawValue }

        func compile(_ model: Model) {
            let optimizer: Optimizer =
                self == .callbacks
                ? .adam(learningRate: 0.01)
                : .adam(learningRate: .exponentialDecay(from: 0.01, steps: 3, rate: 0.8), averaging: WeightAveraging())
            model.compile(optimizer: optimizer, loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
        }

        var callbacks: [Callback] {
            guard self == .callbacks else { return [] }
            return [
                LearningRateScheduler { $1 * 0.9 },
                ReduceLROnPlateau(monitor: "loss", factor: 0.5, patience: 1, minDelta: 10, cooldown: 1),
                EarlyStopping(monitor: "val_loss", patience: 5, restoreBestWeights: true),
            ]
        }
    }

    private static let (rows, batch, epochs) = (57, 8, 3)

    private func network() -> Sequential {
        Sequential([
            Input(shape: [6]), Dense(12, activation: .relu), BatchNormalization(), Dropout(0.4), GaussianNoise(0.1),
            Dense(3, activation: .softmax),
        ])
    }

    private func data() -> (x: Tensor, y: Tensor) {
        withRandomSeed(5) {
            (
                Tensor(shape: [Self.rows, 6], scalars: (0..<Self.rows * 6).map { Float(($0 * 37) % 101) / 50 - 1 }),
                Tensor((0..<Self.rows).map { Int32(($0 * $0) % 3) })
            )
        }
    }

    private func fit(_ model: Model, _ setting: Setting, _ callbacks: [Callback]) throws -> History {
        let (x, y) = data()
        let kept = (x: x[..<9], y: y[..<9])
        let all = setting.callbacks + callbacks
        let starts = Array(stride(from: 0, to: Self.rows, by: Self.batch))
        switch setting {
        case .schedule, .callbacks:
            return try model.fit(
                x, y, batchSize: Self.batch, epochs: Self.epochs, verbose: 0, callbacks: all, validationData: kept)
        case .stepsPerEpoch:
            return try model.fit(
                x, y, batchSize: Self.batch, epochs: Self.epochs, verbose: 0, callbacks: all, stepsPerEpoch: 5)
        case .batches, .batchesWithSteps:
            let batches = starts.map { start in
                let end = min(start + Self.batch, Self.rows)
                return Batch(x[start..<end], y[start..<end])
            }
            return try model.fit(
                batches, epochs: Self.epochs, verbose: 0, callbacks: all, validationData: kept,
                stepsPerEpoch: setting == .batches ? nil : 5)
        }
    }

    /// What is compared, bit by bit.
    private func result(_ model: Model, _ history: History) throws -> (logs: [String: [UInt64]], state: [[UInt8]]) {
        let variables = model.weights + (model.optimizer?.variables ?? [])
        return (history.history.mapValues { $0.map(\.bitPattern) }, try variables.map { try $0.value.bytes() })
    }

    private func expectSameBits(_ device: String, _ setting: Setting, epoch: Int, batch: Int?) throws {
        try withDevice(device) {
            let straight = try withRandomSeed(7) {
                let model = network()
                setting.compile(model)
                return try result(model, try fit(model, setting, []))
            }
            let interrupter = Interrupter(epoch: epoch, batch: batch)
            withRandomSeed(7) {
                let model = network()
                setting.compile(model)
                #expect(throws: Interruption.self) { try fit(model, setting, [interrupter]) }
            }
            let state = try #require(interrupter.taken)
            let resumed = try withRandomSeed(99) {
                let model = network()
                setting.compile(model)
                model.resumption = state
                let history = try fit(model, setting, [])
                #expect(history.epoch == Array((batch == nil ? epoch + 1 : epoch)..<Self.epochs))
                return try result(model, history)
            }
            #expect(resumed.state == straight.state)
            #expect(Set(resumed.logs.keys) == Set(straight.logs.keys))
            for (name, values) in resumed.logs {
                #expect(straight.logs[name]?.suffix(values.count) == values[...], "\(name)")
            }
        }
    }

    @Test(arguments: ["cpu", "opencl"], Setting.allCases) func resumesWithTheSameBits(
        device: String, setting: Setting
    ) throws {
        try expectSameBits(device, setting, epoch: 1, batch: 2)
        try expectSameBits(device, setting, epoch: 0, batch: nil)
    }

    /// Before the first batch's successor, after the last whole batch, after the short one.
    @Test(arguments: [0, 6, 7]) func resumesAtTheEdges(batch: Int) throws {
        try expectSameBits("cpu", .callbacks, epoch: 1, batch: batch)
    }

    @Test func resumesAfterTheLastBatchOfASequence() throws {
        try expectSameBits("cpu", .batches, epoch: 1, batch: 7)
        try expectSameBits("cpu", .batchesWithSteps, epoch: 1, batch: 2)
        try expectSameBits("cpu", .stepsPerEpoch, epoch: 2, batch: 4)
    }

    @Test func namesTheStateVariables() throws {
        try withDevice("cpu") {
            let interrupter = Interrupter(epoch: 0, batch: 1)
            let model = network()
            Setting.schedule.compile(model)
            #expect(throws: Interruption.self) { try fit(model, .schedule, [interrupter]) }
            let state = try #require(interrupter.taken)
            #expect(state.position == TrainingPosition(epoch: 0, batch: 2))
            let groups = Dictionary(grouping: state.tensors.map(\.name)) { String($0.prefix { $0 != "/" }) }
            // Eight weights; a counter, an average and two moments for each of six; one loss; accuracy's two sums.
            #expect(
                groups.mapValues(\.count) == ["weights": 8, "optimizer": 19, "losses": 1, "metrics": 2, "draws": 1])
        }
    }

    @Test func refusesWhatDoesNotFit() throws {
        try withDevice("cpu") {
            let interrupter = Interrupter(epoch: 1, batch: 1)
            let model = network()
            Setting.schedule.compile(model)
            expectError(.state, found: "no training at work") { _ = try model.trainingState() }
            #expect(throws: Interruption.self) { try fit(model, .schedule, [interrupter]) }
            let state = try #require(interrupter.taken)
            let other = Sequential([Input(shape: [6]), Dense(3, activation: .softmax)])
            Setting.schedule.compile(other)
            let before = try other.weights[0].value.scalars(as: Float.self)
            other.resumption = state
            expectError(.state, found: "to resume with 28 variables") {
                _ = try fit(other, .schedule, [])
            }
            #expect(try other.weights[0].value.scalars(as: Float.self) == before)
            let (x, y) = data()
            model.resumption = state
            expectError(.state, found: "at epoch 1", expected: "from 0 to 0", remedy: "arguments") {
                try model.fit(x, y, epochs: 0, verbose: 0)
            }
        }
    }
}
