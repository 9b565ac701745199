import IbexGraph
import IbexModels
import IbexOpenCL
import IbexRuntime
import IbexTestSupport
import Testing

/// The same seed gives the same training wherever it runs: on real digits of MNIST's size, made by enlarging the embedded
/// ones, so that no download is needed.
@Suite struct StepParityTests {
    /// 128 images of 28x28, each pixel of the 8x8 digits three and a half times as wide.
    private static func images(from row: Int) throws -> (x: Tensor, y: Tensor) {
        let (x, y) = try Digits.load()
        let pixels = try x.cast(to: .float32).scalars(as: Float.self)
        var enlarged = [Float](repeating: 0, count: 128 * 784)
        for image in 0..<128 {
            for cell in 0..<784 {
                let (line, column) = (cell / 28 * 2 / 7, cell % 28 * 2 / 7)
                enlarged[image * 784 + cell] = pixels[((row + image) % 1797) * 64 + line * 8 + column] / 16
            }
        }
        let labels = try y.cast(to: .int32).scalars(as: Int32.self)
        let chosen = (0..<128).map { labels[(row + $0) % 1797] }
        return (Tensor(shape: [128, 28, 28, 1], scalars: enlarged), try toCategorical(Tensor(chosen), numClasses: 10))
    }

    /// The losses of 50 steps of cnn-32, dropout included.
    private static func losses(on device: Device) throws -> [Double] {
        try withDevice(device) {
            try withRandomSeed(42) {
                let model = Sequential([
                    Input(shape: [28, 28, 1]), Conv2D(32, kernelSize: 3, activation: .relu), MaxPooling2D(2),
                    Dropout(0.25), Flatten(), Dropout(0.5), Dense(10, activation: .softmax),
                ])
                model.compile(optimizer: .adam(), loss: .categoricalCrossentropy, metrics: [.accuracy])
                return try (0..<50).map { step in
                    let (x, y) = try images(from: step * 128)
                    let history = try model.fit(x, y, batchSize: 128, verbose: 0, shuffle: false)
                    return history["loss"][0]
                }
            }
        }
    }

    @Test func lossesOfFiftyStepsAgreeBetweenDevices() throws {
        let cpu = try Self.losses(on: .cpu)
        let openCL = try Self.losses(on: .named("opencl"))
        for (step, (a, b)) in zip(cpu, openCL).enumerated() {
            #expect(abs(a - b) <= 1e-4 * abs(a), "step \(step): \(a) on the CPU, \(b) on OpenCL")
        }
        // It learns: otherwise the losses would agree by standing still.
        #expect(cpu[49] < cpu[0] / 2)
    }

    @Test(arguments: ["cpu", "opencl"]) func twoRunsOnOneDeviceAreBitIdentical(name: String) throws {
        let device = try Device.named(name)
        let (first, second) = (try Self.losses(on: device), try Self.losses(on: device))
        #expect(first == second)
    }
}
