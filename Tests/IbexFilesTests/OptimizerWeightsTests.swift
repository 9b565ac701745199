import IbexArrays
import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

@testable import IbexFiles

/// The optimizer's state in the order of each writer. The lists of names are those that Keras 2.12 gives for weights
/// `a/kernel` and `a/bias`.
@Suite struct OptimizerWeightsTests {
    private let weights = [
        Variable(.ones([2, 3], .float32), name: "a/kernel"), Variable(.ones([3], .float32), name: "a/bias"),
    ]

    private func built(_ optimizer: Optimizer) throws -> Optimizer {
        try optimizer.build(weights)
        return optimizer
    }

    @Test func keras2Names() throws {
        func names(_ optimizer: Optimizer) throws -> [String] {
            OptimizerWeights.entries(of: try built(optimizer), weights: weights, style: .keras2).map(\.name)
        }
        #expect(try names(SGD()) == ["iteration:0", "SGD/m/a/kernel:0", "SGD/m/a/bias:0"])
        #expect(try names(SGD(momentum: 0.9)) == ["iteration:0", "SGD/m/a/kernel:0", "SGD/m/a/bias:0"])
        #expect(
            try names(Adam(amsgrad: true)) == [
                "iteration:0", "Adam/m/a/kernel:0", "Adam/v/a/kernel:0", "Adam/m/a/bias:0", "Adam/v/a/bias:0",
                "Adam/vhat/a/kernel:0", "Adam/vhat/a/bias:0",
            ])
        #expect(
            try names(Adamax()) == [
                "iteration:0", "Adamax/m/a/kernel:0", "Adamax/u/a/kernel:0", "Adamax/m/a/bias:0", "Adamax/u/a/bias:0",
            ])
        #expect(
            try names(RMSprop(momentum: 0.5, centered: true)) == [
                "iteration:0", "RMSprop/velocity/a/kernel:0", "RMSprop/velocity/a/bias:0",
                "RMSprop/momentum/a/kernel:0", "RMSprop/momentum/a/bias:0",
                "RMSprop/average_gradient/a/kernel:0", "RMSprop/average_gradient/a/bias:0",
            ])
        #expect(
            try names(Adadelta()) == [
                "iteration:0", "Adadelta/accumulated_grad/a/kernel:0", "Adadelta/accumulated_delta_var/a/kernel:0",
                "Adadelta/accumulated_grad/a/bias:0", "Adadelta/accumulated_delta_var/a/bias:0",
            ])
        #expect(
            try names(Ftrl()) == [
                "iteration:0", "Ftrl/accumulator/a/kernel:0", "Ftrl/linear/a/kernel:0", "Ftrl/accumulator/a/bias:0",
                "Ftrl/linear/a/bias:0",
            ])
    }

    private func entry(_ name: String, _ value: Double, _ shape: Shape) -> OptimizerWeights.Entry {
        .init(name: name, array: StoredArray(.full(value, shape), place: name))
    }

    private var counter: OptimizerWeights.Entry {
        .init(name: "Adam/iter:0", array: StoredArray(Tensor(Int64(7)), place: "iter"))
    }

    private func firstNumbers(_ optimizer: Optimizer) throws -> [Double] {
        try optimizer.variables.map { try $0.stored.doubles()[0] }
    }

    @Test func legacySlotsLieKindByKind() throws {
        let optimizer = try built(Adam(learningRate: 0.25))
        let entries = [
            counter, entry("Adam/a/kernel/m:0", 1, [2, 3]), entry("Adam/a/bias/m:0", 2, [3]),
            entry("Adam/a/kernel/v:0", 3, [2, 3]), entry("Adam/a/bias/v:0", 4, [3]),
        ]
        try OptimizerWeights.plan(entries, for: optimizer, style: .keras2, at: "test").load(on: Device.standard)
        // Counter, learning rate, then m and v of the kernel, of the bias.
        #expect(try firstNumbers(optimizer) == [7, 0.25, 1, 3, 2, 4])
        expectError(.file, found: "the slots m", expected: "momentum, velocity") {
            _ = try OptimizerWeights.plan(Array(entries.prefix(3)), for: optimizer, style: .keras2, at: "test")
        }
    }

    @Test func keras2HasNoLearningRate() throws {
        let optimizer = try built(SGD(learningRate: 0.25, momentum: 0.5))
        let entries = [
            OptimizerWeights.Entry(name: "iteration:0", array: counter.array),
            entry("SGD/m/a/kernel:0", 1, [2, 3]), entry("SGD/m/a/bias:0", 2, [3]),
        ]
        try OptimizerWeights.plan(entries, for: optimizer, style: .keras2, at: "test").load(on: Device.standard)
        #expect(try firstNumbers(optimizer) == [7, 0.25, 1, 2])
        // Without momentum there is nothing that the slots could be of.
        let plain = try built(SGD(learningRate: 0.25))
        try OptimizerWeights.plan(entries, for: plain, style: .keras2, at: "test").load(on: Device.standard)
        #expect(try firstNumbers(plain) == [7, 0.25])
    }

    @Test func keras3IsTheOrderOfTheVariables() throws {
        let saved = try built(Adam(learningRate: 0.5, averaging: WeightAveraging()))
        for (index, variable) in saved.variables.enumerated() {
            variable.assign(.full(Double(index + 1), variable.shape, variable.dtype))
        }
        let entries = OptimizerWeights.entries(of: saved, weights: weights, style: .keras3)
        let optimizer = try built(Adam(averaging: WeightAveraging()))
        try OptimizerWeights.plan(entries, for: optimizer, style: .keras3, at: "test").load(on: Device.standard)
        #expect(try firstNumbers(optimizer) == (1...8).map(Double.init))
        let untrained = try built(Adam(learningRate: 0.75))
        try OptimizerWeights.plan(Array(entries.prefix(2)), for: untrained, style: .keras3, at: "test")
            .load(on: Device.standard)
        #expect(try firstNumbers(untrained) == [1, 2, 0, 0, 0, 0])
        expectError(.file, at: "test", found: "8 arrays", expected: "6") {
            _ = try OptimizerWeights.plan(entries, for: untrained, style: .keras3, at: "test")
        }
    }
}
