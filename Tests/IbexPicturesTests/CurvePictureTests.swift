import Ibex
import IbexTestSupport
import Testing

@testable import IbexPictures

@Suite struct CurvePictureTests {
    private let step = Picture.Curve(name: "a class", x: [0, 0, 0.5, 0.5, 1], y: [0, 0.5, 0.5, 1, 1])

    @Test(arguments: [0.0, 300, 440, 900]) func nothingOverlaps(width: Double) throws {
        let many = (0..<12).map { Picture.Curve(name: "a class with the long name \($0)", x: step.x, y: step.y) }
        for curves in [[step], many] {
            for picture in try [
                Picture.rocCurve(curves, title: "One against the others", width: width),
                Picture.precisionRecallCurve(curves, width: width),
            ] {
                #expect(picture.flaws == [])
                #expect(picture.wordsInPanels == [])
            }
        }
    }

    /// Below the stair: 0.5 · 0.5 + 0.5 · 1. Precision 1 up to recall 0.5, then 0.8.
    @Test func legendsSayTheArea() throws {
        #expect(try Picture.rocCurve([step]).words.contains("a class: area 0.7500"))
        let stair = Picture.Curve(name: "b", x: [0, 0.5, 1], y: [1, 1, 0.8])
        let falling = Picture.Curve(name: "c", x: [1, 0.5, 0], y: [0.8, 1, 1])
        let words = try Picture.precisionRecallCurve([stair, falling], width: 600).words
        #expect(words.contains("b: average precision 0.9000") && words.contains("c: average precision 0.9000"))
        expectError(.argument, found: "0 curves") { _ = try Picture.rocCurve([]) }
        expectError(.data, found: "outside") { _ = try Picture.rocCurve([.init(name: "d", x: [2], y: [0])]) }
    }

    @Test(arguments: [0.0, 300, 720]) func confidences(width: Double) throws {
        for values in [[], [0.5], [0, 0.049, 0.05, 1, 1, 1]] as [[Double]] {
            let picture = try Picture.confidenceHistogram(
                values, isRight: values.map { $0 > 0.04 }, title: "How sure the network is", width: width)
            #expect(picture.flaws == [] && picture.wordsInPanels == [])
        }
    }

    @Test func binsAndVerdicts() throws {
        let histogram = Histogram(name: "right", values: [0, 0.049, 0.05, 0.999, 1], bins: 20, color: .black)
        #expect(histogram.counts[0] == 2 && histogram.counts[1] == 1 && histogram.counts[19] == 2)
        try PlainKernels.withDevice("cpu") {
            let p = Tensor([[0.9, 0.1], [0.3, 0.7], [0.6, 0.4]] as [[Float]])
            let picture = try Picture.confidenceHistogram(p, labels: Tensor([0, 1, 1] as [Int32]))
            #expect(picture.words.contains("right: 2") && picture.words.contains("wrong: 1"))
        }
        expectError(.data) { _ = try Picture.confidenceHistogram([1.5], isRight: [true]) }
        expectError(.shape) { _ = try Picture.confidenceHistogram([0.5], isRight: []) }
    }
}
