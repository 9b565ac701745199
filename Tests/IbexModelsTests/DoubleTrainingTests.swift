import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// With `floatx` float64 everything between a model's inputs and its weights is computed in double precision, on both
/// devices.
@Suite(.serialized) struct DoubleTrainingTests {
    /// The losses of three epochs, and the weights and predictions after them.
    private struct Run {
        let losses: [Double]
        let numbers: [[Double]]
    }

    private func run(
        _ device: String, _ floatx: DType, _ layers: () -> [Layer], _ optimizer: () -> Optimizer
    ) throws -> Run {
        try PlainKernels.withDevice(device) {
            try withConfiguration {
                try Configuration.setFloatx(floatx)
                return try withRandomSeed(11) {
                    let (x, y) = try Digits.load()
                    let model = Sequential([Input(shape: [8, 8])] + layers())
                    model.compile(optimizer: optimizer(), loss: .sparseCategoricalCrossentropy)
                    let images = castToFloatx(x[..<48]) / 16
                    let history = try model.fit(images, y[..<48], batchSize: 16, epochs: 3, verbose: 0)
                    let tensors = try model.weights.map(\.value) + [model.predict(images)]
                    #expect(tensors.allSatisfy { $0.dtype == floatx })
                    return Run(losses: history["loss"], numbers: try tensors.map { try $0.doubles() })
                }
            }
        }
    }

    /// The largest difference, each array's by its largest number.
    private func distance(_ a: Run, _ b: Run) -> Double {
        zip(a.numbers, b.numbers).reduce(0) { worst, arrays in
            let peak = arrays.0.reduce(0) { max($0, abs($1)) }
            return zip(arrays.0, arrays.1).reduce(worst) { max($0, abs($1.0 - $1.1) / peak) }
        }
    }

    private func expectAgreement(_ layers: () -> [Layer], _ optimizer: () -> Optimizer) throws {
        let cpu = try run("cpu", .float64, layers, optimizer)
        let openCL = try run("opencl", .float64, layers, optimizer)
        #expect(cpu.numbers.map(\.count) == openCL.numbers.map(\.count))
        #expect(distance(cpu, openCL) <= 1e-10)
        #expect(cpu.losses[2] < cpu.losses[0])
        // The same numbers as in single precision, but not in it.
        let single = try run("cpu", .float32, layers, optimizer)
        #expect(distance(cpu, single) < 1e-3)
        #expect(distance(cpu, single) > 1e-8)
    }

    @Test func aPerceptron() throws {
        try expectAgreement(
            { [Flatten(), Dense(32, activation: .tanh), Dense(10, activation: .softmax)] },
            { RMSprop(learningRate: 0.01) })
    }

    @Test func aConvolutionalNetwork() throws {
        try expectAgreement(
            {
                [
                    Reshape([8, 8, 1]), Conv2D(8, kernelSize: 3, activation: .relu), MaxPooling2D(2), Flatten(),
                    Dense(10, activation: .softmax),
                ]
            },
            { SGD(learningRate: 0.05, momentum: 0.9) })
    }
}
