import Foundation
import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// With `floatx` float64 the whole of a training run is double: optimizers' scalars, schedules, the loss and metrics. Each
/// run is compared with the same steps written out here, number by number.
@Suite(.serialized) struct DoubleOptimizerTests {
    private static let x: [[Double]] = [[0.3, -1.2, 0.7], [1.1, 0.4, -0.6], [-0.8, 0.9, 0.2], [0.5, -0.1, 1.3]]
    private static let y = [0.9, -0.4, 1.7, 0.3]
    private static let start = [0.1, -0.2, 0.3]

    /// What a run comes to: the kernel, and each epoch's loss and mean absolute error.
    private struct Run {
        var kernel: [Double]
        var losses: [Double] = []
        var errors: [Double] = []

        var numbers: [Double] { kernel + losses + errors }
    }

    /// An optimizer on one number, by its paper.
    private typealias Rule = (_ weight: Double, _ gradient: Double, _ slots: inout [Double], _ step: Int) -> Double

    /// Linear regression in batches of two, six epochs.
    private func written(_ rule: Rule) -> Run {
        var run = Run(kernel: Self.start)
        var slots = [[Double]](repeating: [0, 0, 1], count: 3)
        var step = 0
        for _ in 0..<6 {
            var (loss, error) = (0.0, 0.0)
            for rows in [0..<2, 2..<4] {
                step += 1
                let off = rows.map { row in zip(Self.x[row], run.kernel).reduce(-Self.y[row]) { $0 + $1.0 * $1.1 } }
                loss += off.reduce(0) { $0 + $1 * $1 }
                error += off.reduce(0) { $0 + abs($1) }
                for index in 0..<3 {
                    let gradient = zip(rows, off).reduce(0) { $0 + Self.x[$1.0][index] * $1.1 }
                    run.kernel[index] = rule(run.kernel[index], gradient, &slots[index], step)
                }
            }
            run.losses.append(loss / 4)
            run.errors.append(error / 4)
        }
        return run
    }

    private func trained(_ device: String, _ floatx: DType, _ optimizer: () throws -> Optimizer) throws -> Run {
        try PlainKernels.withDevice(device) {
            try withConfiguration {
                try Configuration.setFloatx(floatx)
                let layer = Dense(1, useBias: false)
                let model = Sequential([Input(shape: [3]), layer])
                let optimizer = try optimizer()
                model.compile(optimizer: optimizer, loss: .meanSquaredError, metrics: [.mae])
                let kernel = try #require(layer.weights.first)
                kernel.assign(castToFloatx(Tensor(shape: [3, 1], scalars: Self.start)))
                let x = castToFloatx(Tensor(Self.x)), y = castToFloatx(Tensor(shape: [4, 1], scalars: Self.y))
                let history = try model.fit(x, y, batchSize: 2, epochs: 6, verbose: 0, shuffle: false)
                let kept = optimizer.variables.filter { $0.dtype != .int64 }
                #expect(kept.allSatisfy { $0.dtype == floatx })
                return Run(kernel: try kernel.value.doubles(), losses: history["loss"], errors: history["mae"])
            }
        }
    }

    private func expect(_ rule: Rule, _ optimizer: () throws -> Optimizer) throws {
        let want = written(rule).numbers
        func distance(_ run: Run) -> Double { zip(run.numbers, want).map { abs($0 - $1) }.max() ?? .nan }
        for device in ["cpu", "opencl"] {
            #expect(distance(try trained(device, .float64, optimizer)) <= 1e-12, "\(device)")
        }
        let single = distance(try trained("cpu", .float32, optimizer))
        #expect(single > 1e-9 && single < 1e-4)
    }

    /// Kingma and Ba, 2014, as Keras arranges it: ε beside √v before the correction.
    private func adam(_ rate: @escaping (Int) -> Double = { _ in 0.05 }, decay: Double = 0) -> Rule {
        { weight, gradient, slots, step in
            slots[0] = 0.9 * slots[0] + 0.1 * gradient
            slots[1] = 0.999 * slots[1] + 0.001 * gradient * gradient
            let t = Double(step)
            let corrected = rate(step) * (1 - pow(0.999, t)).squareRoot() / (1 - pow(0.9, t))
            return weight * (1 - rate(step) * decay) - corrected * slots[0] / (slots[1].squareRoot() + 1e-7)
        }
    }

    @Test func adam() throws { try expect(adam()) { Adam(learningRate: 0.05) } }

    @Test func adamW() throws {
        try expect(adam(decay: 0.02)) { AdamW(learningRate: 0.05, weightDecay: 0.02) }
    }

    /// The cosine of Loshchilov and Hutter, 2016.
    @Test func adamWithASchedule() throws {
        let rate: (Int) -> Double = { 0.05 * (0.5 + 0.5 * cos(.pi * Double($0 - 1) / 17)) }
        try expect(adam(rate)) { Adam(learningRate: .cosineDecay(from: 0.05, steps: 17)) }
    }

    /// Dozat, 2016, with his schedule μₜ = β₁ (1 - 0.96ᵗ / 2).
    @Test func nadam() throws {
        func schedule(_ step: Int) -> Double { 0.9 * (1 - 0.5 * pow(0.96, Double(step))) }
        let rule: Rule = { weight, gradient, slots, step in
            let (now, next) = (schedule(step), schedule(step + 1))
            slots[2] *= now
            slots[0] = 0.9 * slots[0] + 0.1 * gradient
            slots[1] = 0.999 * slots[1] + 0.001 * gradient * gradient
            let ahead = next * slots[0] / (1 - slots[2] * next) + (1 - now) * gradient / (1 - slots[2])
            return weight - 0.05 * ahead / ((slots[1] / (1 - pow(0.999, Double(step)))).squareRoot() + 1e-7)
        }
        try expect(rule) { Nadam(learningRate: 0.05) }
    }

    /// Kingma and Ba, 2014, section 7.1.
    @Test func adamax() throws {
        let rule: Rule = { weight, gradient, slots, step in
            slots[0] = 0.9 * slots[0] + 0.1 * gradient
            slots[1] = max(0.999 * slots[1], abs(gradient))
            return weight - 0.05 / (1 - pow(0.9, Double(step))) * slots[0] / (slots[1] + 1e-7)
        }
        try expect(rule) { Adamax(learningRate: 0.05) }
    }

    /// Metrics hold what single precision cannot.
    @Test(arguments: ["cpu", "opencl"]) func metricsAddUpInDouble(device: String) throws {
        try PlainKernels.withDevice(device) {
            try withConfiguration {
                try Configuration.setFloatx(.float64)
                let values = Tensor([1 + 1e-9, 1 - 3e-9, 2] as [Double])
                let sum = Sum(), mean = Mean()
                try sum.update(values)
                try mean.update(values, sampleWeight: Tensor([1, 1, 2] as [Double]))
                #expect(abs(try sum.result() - (4 - 2e-9)) < 1e-14)
                #expect(abs(try mean.result() - (6 - 2e-9) / 4) < 1e-14)
                // Two numbers that single precision takes for one: the second is better.
                let top = TopKCategoricalAccuracy(k: 1)
                try top.updateState(Tensor([[1, 0]] as [[Double]]), Tensor([[0.5, 0.5 + 1e-12]] as [[Double]]))
                #expect(try top.result() == 0)
                let half = BinaryAccuracy(threshold: 0.5)
                try half.updateState(Tensor([[1.0]]), Tensor([[0.5 + 1e-12]]))
                #expect(try half.result() == 1)
                let precision = Precision()
                try precision.updateState(Tensor([[1.0]]), Tensor([[0.5 + 1e-12]]))
                #expect(try precision.result() == 1)
                #expect(sum.config["dtype"] == "float64")
            }
            // As configured, whatever floatx is now.
            let twin = try Metric.configured(["class_name": "Sum", "config": ["name": "s", "dtype": "float64"]])
            try twin.updateState(Tensor([1e-9, 1.0]), Tensor([1e-9, 1.0]))
            #expect(abs(try twin.result() - (1 + 1e-9)) < 1e-15)
            expectError(.argument, at: "Mean, key dtype", found: "int8") {
                _ = try Metric.configured(["class_name": "Mean", "config": ["dtype": "int8"]])
            }
        }
    }
}
