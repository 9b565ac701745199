import Foundation
import IbexArrays
import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

@testable import IbexFiles

/// Weights into a model that is there: in order, by name, and not at all where something does not fit.
@Suite(.serialized) struct LoadWeightsTests {
    /// What these weights predict is LoadModelTests's: here they come to the places that a whole model has them in.
    @Test(arguments: SavedModel.all("keras", "h5", "h5_weights")) func fromEveryFormat(file: SavedModel) throws {
        let oracle = try file.oracle
        let text = try String(contentsOfFile: try #require(oracle.path("json")), encoding: .utf8)
        let model = try modelFromJSON(text)
        try model.loadWeights(try file.path())
        let kept = try oracle.numbered("weight")
        #expect(kept.count >= 3)
        for (number, want) in kept {
            let weight = try #require(model.weights.dropFirst(number).first)
            expectClose(
                Values(weight.shape, want.dtype, try weight.stored.doubles()), want, .ofPeak(0),
                "\(file.testDescription), \(weight.name)")
        }
        guard file.format == "h5_weights" else { return }
        try oracle.expectPredictions(of: model, "prediction", within: 1e-5, file.testDescription)
    }

    private static func model(_ names: [String] = ["a", "b"], units: Int = 3) -> Sequential {
        Sequential([
            Input(shape: [2]), Dense(units, name: names[0]), ReLU(),
            Dense(1, biasInitializer: .randomNormal(), name: names[1]),
        ])
    }

    @Test(arguments: ["m.weights.h5", "m.h5", "m_weights.h5", "m.keras"]) func allOrNothing(name: String) throws {
        try withScratch { folder in
            let path = folder.file(name)
            let other = Self.model(units: 4)
            try name == "m.h5" || name == "m.keras" ? other.save(path) : other.saveWeights(path)
            let model = Self.model()
            let before = try contents(of: model)
            expectError(.file, at: path, found: "(2, 4)", expected: "(2, 3)") { try model.loadWeights(path) }
            #expect(try contents(of: model) == before)
            try model.loadWeights(path, skipMismatch: true)
            // Of the second layer the bias fits.
            #expect(try contents(of: model)[3] == contents(of: other)[3])
            #expect(try contents(of: model)[0] == before[0])
        }
    }

    @Test func aFileThatBreaksOffChangesNothing() throws {
        let model = Self.model()
        let before = try contents(of: model)
        var plan = WeightPlan()
        let sound = model.weights.dropLast().map { StoredArray(.ones($0.shape, $0.dtype), place: $0.name) }
        let broken = StoredArray(.float32, [1], place: "last") { _ in
            throw IbexError(.file, at: "last", found: "the end", expected: "4 bytes")
        }
        try plan.add(sound + [broken], to: model.weights, at: "test")
        expectError(.file, at: "last") { try plan.load(on: try model.device) }
        #expect(try contents(of: model) == before)
    }

    @Test func byName() throws {
        try withScratch { folder in
            let path = folder.file("w.h5")
            let saved = Self.model(["a", "b"])
            try saved.saveWeights(path)
            let model = Self.model(["a", "other"])
            let before = try contents(of: model)
            try model.loadWeights(path, byName: true)
            #expect(try contents(of: model).prefix(2) == contents(of: saved).prefix(2))
            #expect(try contents(of: model).suffix(2) == before.suffix(2))
            let wide = Self.model(["a", "b"], units: 5)
            let wideBefore = try contents(of: wide)
            expectError(.file, at: "layer a (Dense)") { try wide.loadWeights(path, byName: true) }
            #expect(try contents(of: wide) == wideBefore)
            try wide.loadWeights(path, byName: true, skipMismatch: true)
            // Of both layers the bias of the second alone has the shape that it has in the file.
            #expect(try contents(of: wide).prefix(3) == wideBefore.prefix(3))
            #expect(try contents(of: wide)[3] == contents(of: saved)[3])
            try saved.saveWeights(folder.file("w.weights.h5"))
            expectError(.argument, found: "byName") {
                try model.loadWeights(folder.file("w.weights.h5"), byName: true)
            }
        }
    }

    @Test func layersMustBeAsMany() throws {
        let shallow = Sequential([Input(shape: [2]), Dense(3, name: "a")])
        let group = try LegacyWeights.group(of: shallow, style: .keras2)
        expectError(.file, found: "1 layers with weights: a", expected: "2, as in model") {
            _ = try LegacyWeights.plan(group, for: Self.model(), at: "test", matching: .order)
        }
    }

    @Test func anUnbuiltModelSaysSo() throws {
        try withScratch { folder in
            let path = folder.file("w.weights.h5")
            try Self.model().saveWeights(path)
            expectError(.state, remedy: "Input") { try Sequential([Dense(3)]).loadWeights(path) }
        }
    }
}
