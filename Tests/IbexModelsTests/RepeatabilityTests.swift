import IbexGraph
import IbexModels
import IbexRuntime
import Testing

/// One seed gives one training run.
@Suite(.serialized) struct RepeatabilityTests {
    /// The loss of each step and the weights after training a small network with dropout.
    private func run(_ device: String, seed: UInt64, epochs: Int = 4) throws -> (losses: [Double], weights: [[Float]]) {
        try withDevice(device) {
            try withRandomSeed(seed) {
                let (x, y) = try Digits.load()
                let model = Sequential([
                    Input(shape: [8, 8]), Reshape([8, 8, 1]), Conv2D(8, kernelSize: 3, activation: .relu),
                    MaxPooling2D(2), Dropout(0.25), Flatten(), Dropout(0.5), Dense(10, activation: .softmax),
                ])
                model.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy)
                let images = x[..<200].cast(to: .float32) / 16
                // Seven rows a step: 28 steps and a rest of four.
                let history = try model.fit(images, y[..<200], batchSize: 7, epochs: epochs, verbose: 0)
                return (history["loss"], try model.weights.map { try $0.value.scalars(as: Float.self) })
            }
        }
    }

    @Test(arguments: ["cpu", "opencl"]) func isBitIdentical(device: String) throws {
        let (first, second) = (try run(device, seed: 3), try run(device, seed: 3))
        #expect(first.losses == second.losses)
        #expect(first.weights == second.weights)
        #expect(try run(device, seed: 4, epochs: 1).losses[0] != first.losses[0])
    }

    @Test func devicesAgree() throws {
        let (cpu, openCL) = (try run("cpu", seed: 3), try run("opencl", seed: 3))
        for (a, b) in zip(cpu.losses, openCL.losses) { #expect(abs(a - b) <= 1e-4 * abs(a)) }
    }

    @Test func initializersRepeatThemselves() {
        let shape: Shape = [30, 20]
        let one = Initializer.heNormal
        #expect(one.values(for: shape) == one.values(for: shape))
        #expect(Initializer.heNormal.values(for: shape) != Initializer.heNormal.values(for: shape))
        #expect(
            Initializer.glorotUniform(seed: 5).values(for: shape)
                == Initializer.glorotUniform(seed: 5).values(for: shape))
        let drawn = withRandomSeed(9) { [Initializer.randomNormal, .randomNormal].map { $0.values(for: shape) } }
        let again = withRandomSeed(9) { [Initializer.randomNormal, .randomNormal].map { $0.values(for: shape) } }
        #expect(drawn == again && drawn[0] != drawn[1])
    }

    @Test func dropoutKeepsItsShare() throws {
        try withRandomSeed(1) {
            let x = Tensor.ones([100, 100], .float32)
            let kept = try Dropout(0.3)(x, training: true).scalars(as: Float.self)
            let share = Double(kept.count { $0 != 0 }) / 1e4
            #expect(abs(share - 0.7) < 0.02)
            #expect(kept.allSatisfy { $0 == 0 || abs($0 - 1 / 0.7) < 1e-6 })
            #expect(try Dropout(0.3)(x).scalars(as: Float.self).allSatisfy { $0 == 1 })
            #expect(try Dropout(1)(x, training: true).scalars(as: Float.self).allSatisfy { $0 == 0 })
            let rows = try Dropout(0.5, noiseShape: [nil, 1])(x, training: true).scalars(as: Float.self)
            #expect((0..<100).allSatisfy { row in Set(rows[row * 100..<row * 100 + 100]).count == 1 })
            let layer = Dropout(0.5)
            #expect(
                try layer(x, training: true).scalars(as: Float.self) != layer(x, training: true).scalars(as: Float.self)
            )
        }
    }
}
