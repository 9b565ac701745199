import ArgumentParser
import Ibex
import IbexReference
import IbexRuntime

/// `ibex parity FILE`: whether two devices compute the same, layer by layer.
struct ParityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parity", abstract: "Compare what two devices compute, layer by layer.",
        discussion: """
            Runs one batch through the model on both devices and names the first layer whose results differ by more than
            the tolerance. The error of a layer is its largest difference over its largest number. The device
            "reference" computes slowly in double precision.

              ibex parity digits.keras --devices cpu,opencl
            """)

    @Argument(help: "A model: .keras or .h5.")
    var file: String

    @Option(help: ArgumentHelp("Two devices.", valueName: "A,B"))
    var devices = "cpu,opencl"

    @Option(
        help: ArgumentHelp("A batch for each input; random numbers where none is given.", valueName: "[NAME=]X.npy"))
    var input: [NamedFile] = []

    @Option(help: ArgumentHelp("The largest error that is allowed.", valueName: "T"))
    var tolerance = 1e-4

    @Option(help: ArgumentHelp("Samples of the random batch.", valueName: "N"))
    var batchSize = 8

    func run() throws {
        let names = devices.split(separator: ",").map(String.init)
        guard names.count == 2 else {
            throw ValidationError("--devices: found \"\(devices)\"; expected two, such as cpu,opencl.")
        }
        let batch = try batch()
        let (a, b) = (try results(on: names[0], batch), try results(on: names[1], batch))
        var first: String?
        for (a, b) in zip(a, b) {
            let error = Self.error(a.numbers, b.numbers)
            let isWrong = !(error <= tolerance)
            print((isWrong ? "✘ " : "✔ ") + a.layer + ": \(Float(error))")
            if isWrong, first == nil { first = a.layer }
        }
        if let first {
            print("\(names[0]) and \(names[1]) differ first in \(first), by more than \(tolerance).")
            throw ExitCode.failure
        }
        print("\(names[0]) and \(names[1]) agree within \(tolerance) in all \(a.count) layers.")
    }

    private struct LayerResult {
        let layer: String
        let numbers: [Double]
    }

    /// The inputs' numbers, the same for both devices.
    private func batch() throws -> [Tensor] {
        let model = try ModelSource.model(file, compile: false)
        if !input.isEmpty { return try input.tensors(for: model.inputNames, what: "input") }
        return withRandomSeed(7) {
            model.inputs.map { input in
                let shape = Shape([batchSize] + input.shape.dropFirst().map { $0 ?? 16 })
                let numbers = Tensor.randomUniform(shape)
                return input.layer.dtype.isFloatingPoint ? numbers : (numbers * 2).cast(to: input.layer.dtype)
            }
        }
    }

    /// What every layer gives for the batch.
    private func results(on name: String, _ batch: [Tensor]) throws -> [LayerResult] {
        let values = try batch.map { ($0.shape, try $0.cast(to: .float64).scalars(as: Double.self), $0.dtype) }
        return try Self.onDevice(name) {
            let model = try ModelSource.model(file, compile: false)
            let layers = model.layers.filter { !($0 is InputLayer) }
            let outputs = try layers.map { try $0.output }
            let all = try Model(inputs: model.inputs, outputs: outputs)
            let inputs = values.map { Tensor.constant($1, $0, $2) }
            let results = try all.predict(inputs, batchSize: inputs[0].shape[0], verbose: 0)
            return try zip(layers, results).map {
                LayerResult(
                    layer: "\($0.name) (\($0.className))",
                    numbers: try $1.cast(to: .float64).scalars(as: Double.self))
            }
        }
    }

    private static func onDevice<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
        guard name == "reference" else { return try withDevice(name, body) }
        let backend = ReferenceBackend()
        return try DeviceRegistry.$substitute.withValue(backend) { try withDevice(backend.device, body) }
    }

    /// The largest difference over the largest number; infinite where one is no number and the other is.
    static func error(_ a: [Double], _ b: [Double]) -> Double {
        guard a.count == b.count else { return .infinity }
        let peak = max(a.reduce(0) { max($0, abs($1)) }, 1e-30)
        let difference = zip(a, b).reduce(0.0) { worst, pair in
            if pair.0 == pair.1 || (pair.0.isNaN && pair.1.isNaN) { return worst }
            let difference = abs(pair.0 - pair.1)
            return difference.isFinite ? max(worst, difference) : .infinity
        }
        return difference == 0 ? 0 : difference / peak
    }
}
