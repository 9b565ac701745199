import Foundation
import Ibex
import IbexTestSupport
import Testing

@testable import IbexCommand

/// `ibex convert` between any two formats.
@Suite(.serialized) struct ConvertCommandTests {
    private static let whole = [".keras", ".h5", ".hdf5"]
    private static let weights = [".weights.h5", ".safetensors", ".npz"]
    private static let architecture = [".json", ".yaml"]
    private static let all = whole + weights + architecture

    private func model() -> Model {
        let model = Sequential(
            [
                Input(shape: [6, 6, 1]), Conv2D(2, kernelSize: 3, activation: .relu, name: "conv"),
                BatchNormalization(name: "norm"), Flatten(name: "flat"),
                Dense(3, activation: .softmax, name: "classes"),
            ], name: "small")
        model.compile(optimizer: .adam(learningRate: 0.5), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
        return model
    }

    private func run(_ arguments: [String]) throws {
        var command = try IbexCommand.parseAsRoot(["convert"] + arguments)
        try command.run()
    }

    private func values(_ model: Model) throws -> [[Float]] {
        try model.getWeights().map { try $0.scalars(as: Float.self) }
    }

    /// Looks that a file says all of the model that its format holds.
    private func expect(_ path: String, toHold original: Model, _ pair: Comment) throws {
        let kind = try ModelSource.Kind.of(path)
        let found = kind == .weights ? model() : try ModelSource.model(path, compile: true)
        if kind == .weights { try found.loadWeights(path) }
        #expect(found.layers.map(\.name) == original.layers.map(\.name), pair)
        #expect(found.countParams() == original.countParams(), pair)
        if kind == .whole || kind == .weights { #expect(try values(found) == values(original), pair) }
        if kind == .whole { #expect(found.optimizer?.learningRate == 0.5, pair) }
    }

    @Test func everyPairOfFormats() throws {
        try withDevice("cpu") {
            let (scratch, model) = (try Scratch(), model())
            for ending in Self.whole { try model.save(scratch.file("in\(ending)")) }
            for ending in Self.weights { try model.saveWeights(scratch.file("in\(ending)")) }
            try scratch.write(Array(model.toJSON().utf8), to: "in.json")
            try scratch.write(Array(model.toYAML().utf8), to: "in.yaml")
            for target in Self.all {
                let out = scratch.file("out\(target)")
                for source in Self.whole {
                    try run([scratch.file("in\(source)"), out])
                    try expect(out, toHold: model, "\(source) to \(target)")
                }
                for source in Self.architecture {
                    for weights in Self.weights {
                        // YAML has no training; an optimizer to save comes with the JSON alone.
                        guard source == ".json" || !Self.whole.contains(target) else { continue }
                        try run([scratch.file("in\(source)"), out, "--weights", scratch.file("in\(weights)")])
                        try expect(out, toHold: model, "\(source) with \(weights) to \(target)")
                    }
                }
                for source in Self.weights {
                    expectError(.file, at: "in\(source)", found: "weights alone", remedy: "--weights") {
                        try run([scratch.file("in\(source)"), out])
                    }
                }
            }
            expectError(.argument, at: "in.json", found: "without weights", remedy: "--weights") {
                try run([scratch.file("in.json"), scratch.file("out.keras")])
            }
        }
    }

    /// The process may write files of 8 KiB: what a full disk does, at another place of each file.
    @Test(arguments: Self.whole + Self.weights) func aFullDiskLeavesTheOldFile(ending: String) throws {
        let scratch = try Scratch()
        let source = scratch.file("in.keras")
        try withDevice("cpu") { try Sequential([Input(shape: [100]), Dense(100)]).save(source) }
        let old = try scratch.write([1, 2, 3], to: "out\(ending)")
        let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "ibex")
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = [
            "-c", "trap '' XFSZ; ulimit -f 8; exec \"$@\"", "bash", program.path, "convert", source, old,
        ]
        process.standardError = output
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus != 0, "\(text)")
        #expect(text.contains("File too large") && text.contains("out\(ending)"), "\(text)")
        #expect(try scratch.bytes(of: "out\(ending)") == [1, 2, 3])
        #expect(try scratch.names == ["in.keras", "out\(ending)"].sorted())
    }
}
