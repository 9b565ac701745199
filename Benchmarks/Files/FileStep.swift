import Foundation
import Ibex

/// What is measured.
enum FileStep: String {
    case save
    /// A whole model, or weights into one that is there.
    case load

    struct Result {
        let seconds: Double
        /// The most memory held meanwhile, above what was held before.
        let mebibytes: Double
    }

    private static func isWhole(_ path: String) -> Bool {
        path.hasSuffix(".keras") || path.hasSuffix(".h5") && !path.hasSuffix(".weights.h5")
    }

    private static func model(layers: Int) -> Model {
        Sequential(
            [Input(shape: [4096])]
                + (0..<layers).map { _ in Dense(4096, useBias: false, kernelInitializer: .ones) })
    }

    /// Does it in this process and prints what it took.
    func run(_ path: String, layers: Int) throws {
        // Neither the start of a device nor its program that fills the weights is part of it.
        if let device = Device.current { _ = try Tensor([1]).to(device) }
        let model = self == .load && Self.isWhole(path) ? nil : Self.model(layers: layers)
        for weight in model?.weights ?? [] { _ = try weight.value[0].scalars(as: Float.self) }
        ChildRun.forgetPeakMemory()
        let before = ChildRun.peakMemory()
        let start = MonotonicClock.now()
        switch self {
        case .save: try Self.isWhole(path) ? model?.save(path) : model?.saveWeights(path)
        case .load: if let model { try model.loadWeights(path) } else { _ = try loadModel(path) }
        }
        print("\(MonotonicClock.now() - start) \(ChildRun.peakMemory() - before)")
    }

    func inChild(_ path: String, _ device: String, layers: Int) throws -> Result {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["--file-step", "\(rawValue):\(layers):\(path)", "--devices", device]
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        guard process.terminationStatus == 0, numbers.count == 2 else {
            throw ChildRun.Failure(description: "\(rawValue) of \(path) on \(device) failed")
        }
        return Result(seconds: numbers[0], mebibytes: numbers[1])
    }
}
