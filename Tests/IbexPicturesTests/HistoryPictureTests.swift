import Foundation
import Ibex
import IbexTestSupport
import Testing

@testable import IbexPictures

@Suite struct HistoryPictureTests {
    private static func curve(_ count: Int, _ scale: Double = 1) -> [Double?] {
        (0..<count).map { epoch in scale * (0.1 + exp(-Double(epoch) / 7)) }
    }

    static let cases: [String: [String: [Double?]]] = [
        "usual": [
            "loss": curve(20), "val_loss": curve(20, 1.3), "accuracy": curve(20, 0.7), "val_accuracy": curve(20, 0.6),
        ],
        "one epoch": ["loss": [0.5], "val_loss": [0.25]],
        "no epoch": ["loss": []],
        "a thousand epochs": ["loss": curve(1000), "val_loss": curve(1000), "learning_rate": curve(1000, 1e-5)],
        "equal values": ["loss": [0.25, 0.25, 0.25], "val_loss": [0, 0, 0], "mae": [-3e-12, -3e-12, -3e-12]],
        "no numbers": ["loss": [.nan, .infinity, -.infinity], "val_loss": [.nan, nil, nil]],
        "some numbers": ["loss": [0.5, .nan, 0.3, .infinity, 0.2], "val_loss": [nil, 0.5, nil, nil, 0.4]],
        "huge": ["loss": [1e300, -1e300, 1.7e308], "a": [1e-300, 2e-300, 5e-300], "b": [1e-7, 1, 1e9]],
        "close": ["loss": [1_000_000.1, 1_000_000.3, 1_000_000.2], "acc": [0.99999981, 0.99999984, 0.9999999]],
        "long names": [
            "the_mean_of_the_squares_of_all_that_went_wrong_in_this_network_of_mine": curve(5, 1e-4),
            "another_metric_with_a_name_that_nobody_can_remember_from_one_day_to_the_next": curve(5, 1e6),
            "loss": curve(5), "val_loss": curve(5),
        ],
    ]

    @Test(arguments: cases.keys.sorted(), [0.0, 230, 400, 760, 1600])
    func nothingOverlaps(name: String, width: Double) throws {
        let logs = try #require(Self.cases[name])
        let picture = try Picture.history(
            logs, title: "A long title for the \(name), which may need to be cut", width: width)
        #expect(picture.flaws == [])
        #expect(picture.wordsInPanels == [])
        #expect(width == 0 || picture.width == max(width, ChartSheet.smallestWidth))
    }

    @Test func epochsAreWholeAndCountFromOne() throws {
        let picture = try Picture.history(["loss": [0.4, 0.3, 0.2]], width: 400)
        #expect(picture.words.filter { ["1", "2", "3", "1.5", "0"].contains($0) } == ["1", "2", "3"])
        #expect(picture.words.contains("best loss: 0.2 in epoch 3"))
        // Those that a resumed training had.
        let resumed = try Picture.history(["loss": [0.4, 0.3]], epochs: [7, 8])
        #expect(resumed.words.contains("best loss: 0.3 in epoch 9"))
    }

    @Test func theBestEpoch() throws {
        func best(_ name: String, _ values: [Double?]) -> HistoryPlot.Best? {
            HistoryPlot.Best(
                name, values, epochs: Array(1...9), isHigherBetter: HistoryPlot.isHigherBetter(name))
        }
        #expect(best("val_loss", [3, 1, 2, 1])?.epoch == 2)
        #expect(best("val_accuracy", [0.5, 0.9, 0.9])?.epoch == 2)
        #expect(best("val_mean_absolute_error", [nil, .nan, 2, -.infinity])?.epoch == 3)
        #expect(best("loss", [.nan, nil]) == nil)
    }

    @Test func panelsAndLegend() throws {
        let picture = try Picture.history(
            ["loss": [1, 0.5], "val_loss": [1, 0.7], "accuracy": [0.1, 0.5], "learning_rate": [1, 1e-4]])
        #expect(picture.frames.count { $0.kind == .panel } == 3)
        let titles = picture.texts.filter { $0.font == .heading }.map(\.text)
        #expect(titles == ["loss", "accuracy", "learning_rate, logarithmic"])
        #expect(["training", "validation"].allSatisfy(picture.words.contains))
        #expect(!picture.words.contains("not a finite number"))
        let broken = try Picture.history(["loss": [1, .nan]])
        #expect(broken.words.contains("not a finite number") && !broken.words.contains("validation"))
    }

    @Test func whatCannotBeDrawn() {
        expectError(.name, found: "\"acuracy\"", expected: "accuracy, loss") {
            _ = try Picture.history(["loss": [1], "accuracy": [1]], metrics: ["acuracy"])
        }
        expectError(.name, found: "\"val_loss\"") { _ = try Picture.history(["loss": [1]], monitor: "val_loss") }
        expectError(.argument, found: "0 names") { _ = try Picture.history([:]) }
        expectError(.argument, found: "2 values and 1 epochs") {
            _ = try Picture.history(["loss": [1, 2]], epochs: [0])
        }
    }

    /// Validation every second epoch is drawn where it was measured.
    @Test func validationThatSkipsEpochs() throws {
        try PlainKernels.withDevice("cpu") {
            let model = Sequential([Input(shape: [1]), Dense(1)])
            model.compile(optimizer: .sgd(), loss: .meanSquaredError)
            let x = Tensor([[1], [2]] as [[Float]])
            let history = try model.fit(x, x, epochs: 5, verbose: 0, validationData: (x, x), validationFrequency: 2)
            let (logs, epochs) = history.alignedLogs
            #expect(epochs == [0, 1, 2, 3, 4])
            #expect(logs["val_loss"]?.map { $0 != nil } == [false, true, false, true, false])
            #expect(logs["loss"]?.compactMap(\.self) == history["loss"])
            #expect(try history.plot().words.contains("validation"))
        }
    }
}
