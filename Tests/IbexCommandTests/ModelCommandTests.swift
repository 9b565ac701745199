import Foundation
import Ibex
import IbexTestSupport
import Testing

@testable import IbexCommand

@Suite struct ModelCommandTests {
    private static let models = OracleCatalogue.folder.appendingPathComponent("models").path

    @Test func inputsHaveNamesOrNone() {
        #expect(NamedFile(argument: "left=a.npy") == NamedFile(name: "left", path: "a.npy"))
        #expect(NamedFile(argument: "a.npy") == NamedFile(path: "a.npy"))
        #expect(NamedFile(argument: "runs/lr=1/a.npy") == NamedFile(path: "runs/lr=1/a.npy"))
        #expect(NamedFile(argument: "left=") == nil)
    }

    @Test func arraysGoToTheInputsOfTheirNames() throws {
        let scratch = try Scratch()
        for (name, value) in [("a", 1), ("b", 2)] as [(String, Float)] {
            try saveNPY(Tensor([value]), to: scratch.file("\(name).npy"))
        }
        let files = [
            NamedFile(name: "right", path: scratch.file("a.npy")), NamedFile(path: scratch.file("b.npy")),
        ]
        let tensors = try files.tensors(for: ["left", "right"], what: "input")
        #expect(try tensors.map { try $0.scalars(as: Float.self) } == [[2], [1]])
        expectError(.argument, found: "2 arrays", expected: "1: x") {
            _ = try files.tensors(for: ["x"], what: "input")
        }
        expectError(.name, found: "\"right\"", expected: "each of x, y once") {
            _ = try files.tensors(for: ["x", "y"], what: "input")
        }
    }

    @Test func tellsTheMostLikelyClasses() throws {
        let table = try PredictionTable(Tensor([[0.7, 0.1, 0.2], [0.25, 0.5, 0.25]] as [[Float]]), limit: 20)
        let expected = """
            row  class  probability  next
              0      0       70.0 %  2: 20.0 %, 1: 10.0 %
              1      1       50.0 %  0: 25.0 %, 2: 25.0 %
            """
        #expect(table.text == expected)
    }

    @Test func otherNumbersStandAsTheyAre() throws {
        let table = try PredictionTable(Tensor([[0.5], [-2], [3]] as [[Float]]), limit: 2)
        let lines = table.text.split(separator: "\n")
        #expect(!table.isDistribution && lines[0] == "row  value" && lines[2].hasSuffix("-2.0"))
        #expect(lines[3] == "… 1 more; --rows shows them, --output keeps all.")
    }

    @Test(arguments: [
        ("m.keras", ModelSource.Kind.whole), ("m.H5", .whole), ("m.weights.h5", .weights), ("m.safetensors", .weights),
        ("m.json", .json), ("m.yml", .yaml),
    ])
    func endingsTellTheKind(path: String, kind: ModelSource.Kind) throws {
        #expect(try ModelSource.Kind.of(path) == kind)
    }

    @Test func errorsOfLayersAreRelative() {
        #expect(ParityCommand.error([1, 2], [1, 2]) == 0)
        #expect(ParityCommand.error([1, -4], [1, -3]) == 0.25)
        #expect(ParityCommand.error([1, .nan], [1, 2]) == .infinity)
        #expect(ParityCommand.error([1, .nan], [1, .nan]) == 0)
    }

    private func run(_ arguments: [String]) throws {
        var command = try IbexCommand.parseAsRoot(arguments)
        try command.run()
    }

    /// From a file of Keras 2 to one of Keras 3, whose predictions go to a file: those that Keras made.
    @Test func convertsAndPredicts() throws {
        let scratch = try Scratch()
        let stored = try loadSafetensors("\(Self.models)/keras2/two_inputs/io.safetensors")
        for name in ["left", "right"] {
            try saveNPY(try #require(stored["x.\(name)"]), to: scratch.file("\(name).npy"))
        }
        let (model, output) = (scratch.file("m.keras"), scratch.file("y.npz"))
        try run(["convert", "\(Self.models)/keras2/two_inputs/two_inputs.h5", model])
        let inputs = ["left", "right"].flatMap { ["--input", "\($0)=\(scratch.file("\($0).npy"))"] }
        try run(["predict", model, "--output", output, "--device", "cpu"] + inputs)
        let results = try loadNPZ(output)
        #expect(results.map(\.name) == ["score", "kind"])
        for (name, result) in results {
            let expected = try #require(stored["prediction.\(name)"]).scalars(as: Float.self)
            let got = try result.scalars(as: Float.self)
            #expect(zip(got, expected).allSatisfy { abs($0 - $1) <= 1e-5 } && got.count == expected.count)
        }
    }
}
