import Foundation
import Ibex
import Testing

@testable import examples

/// The tutorials under Examples, on the digits that travel with Ibex. Chance is right in a tenth of the cases, in a
/// fifth where there are five classes.
@Suite struct ExampleTests {
    private func run<R>(_ body: (DigitImages) throws -> R) throws -> R {
        try withDevice("cpu") { try withRandomSeed(42) { try body(DigitImages(.digits)) } }
    }

    @Test func sigmoidNetworkLearns() throws {
        #expect(try run { try sigmoidMLP($0, epochs: 200, verbose: 0) } > 0.4)
    }

    @Test func penaltyAndValidation() throws {
        let (history, accuracy) = try run { try regularizedMLP($0, epochs: 60, verbose: 0) }
        #expect(accuracy > 0.8)
        #expect(history.keys == ["accuracy", "loss", "val_accuracy", "val_loss"])
        let losses = history["val_loss"]
        #expect(try losses.count == 60 && #require(losses.last) < 0.5 * losses[0])
    }

    @Test func wideNetworkLearns() throws {
        #expect(try run { try wideMLP($0, epochs: 10, verbose: 0) } > 0.9)
    }

    @Test func filtersArePictured() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ibex-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let result = try run { try convolutionFilters($0, epochs: 8, pictures: folder.path, verbose: 0) }
        #expect(result.accuracy > 0.7)
        // Four rows of eight tiles: filters of 3 · 8 pixels and a line, maps of 6 · 2 and a line.
        #expect(result.filters.width == 8 * 25 && result.filters.height == 4 * 25)
        #expect(result.activations.width == 8 * 13 && result.activations.height == 4 * 13)
        // Each filter reaches from black to white, line by line through the first tile.
        let tile = (0..<24).flatMap { result.filters.pixels[$0 * 200..<$0 * 200 + 24] }
        #expect(tile.min() == 0 && tile.max() == 255)
        let file = try Data(contentsOf: folder.appendingPathComponent("filters.pgm"))
        #expect(file.starts(with: Data("P5\n200 100\n255\n".utf8)) && file.count == 15 + 200 * 100)
    }

    @Test func frozenLayersStayAndFineTuningChangesThem() throws {
        let result = try run { try fineTuning($0, epochs: 20, verbose: 0) }
        #expect(result.baseChanges[0] == 0)
        #expect(result.baseChanges[1] > 0)
        #expect(result.accuracies.allSatisfy { $0 > 0.7 })
        #expect(result.accuracies[2] >= result.accuracies[1])
    }

    @Test func picturesOfTiles() throws {
        // Two tiles of 1x2, each stretched from black to white; the second is uniform.
        let picture = try Picture(tiles: Tensor(shape: [2, 1, 2], scalars: [1, 3, 5, 5] as [Float]), columns: 1)
        #expect(picture.width == 2 && picture.height == 2 && picture.pixels == [0, 255, 0, 0])
        #expect(picture.text == "  @@\n    ")
    }
}
