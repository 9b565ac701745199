import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Learning-rate schedules, by themselves and inside an optimizer.
@Suite struct ScheduleTests {
    @Test(arguments: ["cpu", "opencl"]) func agreeWithKeras(device: String) throws {
        try PlainKernels.withDevice(device) {
            var batch = OracleBatch()
            for oracle in try OracleCatalogue.shared().cases(family: "schedules") {
                let schedule = try LearningRateSchedule(oracle.name, arguments: oracle.kerasConfig)
                batch.add(oracle, "output.0", schedule(try oracle.tensor("input.steps")))
                #expect(try LearningRateSchedule(config: schedule.serialized).serialized == schedule.serialized)
                #expect(Set(schedule.config.keys) == Set(oracle.kerasConfig.keys))
            }
            #expect(batch.count == 14)
            try batch.check(device)
        }
    }

    /// Three steps down a constant gradient: w = -(0.5 + 0.25 + 0.125).
    @Test(arguments: ["cpu", "opencl"]) func optimizersFollowThem(device: String) throws {
        try PlainKernels.withDevice(device) {
            let weight = Variable(Tensor([0, 0] as [Float]), name: "w")
            let optimizer = SGD(learningRate: .exponentialDecay(from: 0.5, steps: 1, rate: 0.5))
            let step = compile { inputs in
                try optimizer.apply(inputs, to: [weight])
                return []
            }
            try optimizer.build([weight])
            #expect(optimizer.learningRate == 0.5)
            for _ in 0..<3 { _ = try step([Tensor([1, 2] as [Float])]) }
            let got = Values([2], .float32, try weight.value.doubles())
            expectClose(got, Values([2], .float32, [-0.875, -1.75]), .relative(1e-6))
            #expect(abs(optimizer.learningRate - 0.0625) < 1e-8)
            // As Keras: no variable for the rate where it follows a schedule.
            #expect(optimizer.variables.map(\.name).allSatisfy { !$0.hasSuffix("learning_rate") })
            let twin = try Optimizer.configured(optimizer.serialized)
            #expect(twin.config["learning_rate"] == optimizer.config["learning_rate"])
        }
    }

    @Test func badArgumentsAreNamed() {
        expectError(.name, at: "learning rate schedule", found: "Decay", expected: "CosineDecay") {
            _ = try LearningRateSchedule("Decay", arguments: [:])
        }
        expectError(.argument, at: "ExponentialDecay, key decay_rate", found: "nothing") {
            _ = try LearningRateSchedule(
                "ExponentialDecay", arguments: ["initial_learning_rate": 0.1, "decay_steps": 10])
        }
        expectError(.argument, at: "PiecewiseConstantDecay", found: "1 boundaries and 1 values") {
            _ = try LearningRateSchedule("PiecewiseConstantDecay", arguments: ["boundaries": [5], "values": [0.1]])
        }
    }
}
