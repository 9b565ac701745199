import Foundation
import Ibex
import IbexTestSupport
import Testing

@testable import IbexPictures

@Suite struct PlotModelTests {
    /// A model within the model that is called twice, a shortcut and a late input.
    private func twin() throws -> Model {
        let encoder = Sequential(
            [Input(shape: [8]), Dense(4, activation: .relu, name: "inner"), Dropout(0.5, name: "drop")], name: "encoder"
        )
        let (left, right) = (Input(shape: [8], name: "left"), Input(shape: [8], name: "right"))
        let (a, b): (SymbolicTensor, SymbolicTensor) = (try encoder(left), try encoder(right))
        let sum = try Add(name: "sum")([a, b, a])
        let late = Input(shape: [3], name: "late")
        let joined = try Concatenate(name: "joined")([sum, late])
        return try Model(
            inputs: [left, right, late], outputs: Dense(1, activation: .sigmoid, name: "out")(joined), name: "twin")
    }

    @Test(arguments: [RankDirection.topToBottom, .leftToRight], [false, true])
    func nothingOverlaps(direction: RankDirection, expanded: Bool) throws {
        for detail in [false, true] {
            let picture = try plotModel(
                twin(), showShapes: detail, showDtype: detail, showLayerNames: detail, rankdir: direction,
                expandNested: expanded, showLayerActivations: detail, showTrainable: detail)
            #expect(picture.flaws == [])
            // Three inputs, two calls of the model or of its two layers, sum, joined and out.
            #expect(picture.frames.count { $0.kind == .node } == (expanded ? 10 : 8))
        }
    }

    @Test func whatBoxesSay() throws {
        let model = try twin()
        try model.getLayer(named: "out").trainable = false
        let words = try plotModel(
            model, showShapes: true, showDtype: true, showLayerNames: true, showLayerActivations: true,
            showTrainable: true
        ).words
        for word in [
            "left (InputLayer)", "encoder (Sequential), call 1 of 2", "encoder (Sequential), call 2 of 2", "(None, 8)",
            "[(None, 4), (None, 4), (None, 4)]", "[(None, 4), (None, 3)]", "sigmoid", "no", "float32",
        ] { #expect(words.contains(word), "\(word)") }
        let plain = try plotModel(model).words
        #expect(plain.contains("Dense") && plain.contains("Sequential, call 1 of 2") && !plain.contains("(None, 8)"))
        #expect(try plotModel(model, showLayerNames: true, expandNested: true).words.contains("inner (Dense)"))
    }

    @Test func rowsBuiltAndNot() throws {
        let open = Sequential([Dense(4), Dense(2)])
        let picture = try plotModel(open, showShapes: true)
        #expect(picture.words.filter { $0 == "Dense" }.count == 2 && picture.words.contains("?"))
        #expect(picture.flaws == [])
        // The page ends on a whole point.
        let middle = try #require(picture.frames.first { $0.kind == .node }).rect.centre.x
        #expect(abs(middle - picture.width / 2) <= 0.5)
        // An input is no layer of a row.
        let built = Sequential([Input(shape: [3]), Dense(4), Dense(2)])
        #expect(try plotModel(built).frames.count { $0.kind == .node } == 2)
        #expect(try plotModel(Sequential()).flaws == [])
    }

    @Test func modelsOfOnesOwnShowTheirLayers() throws {
        let picture = try plotModel(Pair(), showLayerNames: true)
        #expect(picture.words == ["first (Dense)", "second (Dense)"] && picture.flaws == [])
    }

    private final class Pair: Model {
        let first = Dense(3, name: "first")
        let second = Dense(3, name: "second")
    }

    @Test func intoAFile() throws {
        let path = FileManager.default.temporaryDirectory.path + "/ibex-\(UUID()).png"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let picture = try plotModel(Sequential([Input(shape: [3]), Dense(4)]), toFile: path, dpi: 96)
        let png = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(Int(png[18]) << 8 + Int(png[19]) == Int(picture.width))
        expectError(.argument, found: ".gif") { try plotModel(Sequential([Dense(4)]), toFile: "model.gif") }
    }
}
