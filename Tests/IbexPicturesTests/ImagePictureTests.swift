import Ibex
import IbexTestSupport
import Testing

@testable import IbexPictures

@Suite struct ImagePictureTests {
    private func images(_ count: Int, width: Int = 8, height: Int = 8) throws -> [ImageBuffer] {
        try (0..<count).map {
            try ImageBuffer(
                width: width, height: height, pixels: [UInt8](repeating: UInt8($0 % 250), count: width * height))
        }
    }

    @Test(arguments: [1, 2, 7, 30], [nil, 60, 500] as [Double?]) func gridsHaveRoom(count: Int, width: Double?) throws {
        let long = (0..<count).map { "a class with a long name \($0 % 3)" }
        for (labels, predictions) in [
            (nil, nil), (long.map { String($0.suffix(1)) }, nil), (long, long.reversed()),
        ] as [([String]?, [String]?)] {
            let picture = try Picture.imageGrid(
                images(count), labels: labels, predictions: predictions, title: "Some images", width: width)
            #expect(picture.flaws == [])
            #expect(picture.frames.count { $0.kind == .image } == count)
        }
        #expect(try Picture.imageGrid(images(count, width: 3, height: 40), labels: long).flaws == [])
        #expect(try Picture.imageGrid(images(count, width: 40, height: 3), labels: long).flaws == [])
    }

    @Test func captionsNameWhatIsWrong() throws {
        let picture = try Picture.imageGrid(images(3), labels: ["7", "2", "dog"], predictions: ["7", "1", "elephant"])
        #expect(picture.words.suffix(4) == ["7", "2 as 1", "dog", "as elephant"])
        #expect(picture.words.contains("wrong: true class as predicted class"))
        #expect(try Picture.imageGrid(images(1), labels: ["7"], predictions: ["7"]).words == ["7"])
        expectError(.argument, found: "2 images") { _ = try Picture.imageGrid(images(2), labels: ["7"]) }
        expectError(.argument, found: "0 images") { _ = try Picture.imageGrid([]) }
    }

    @Test(arguments: [2, 10, 12, 100], [0.0, 400, 900]) func mistakesHaveRoom(classes: Int, width: Double) throws {
        try PlainKernels.withDevice("cpu") {
            let count = 200
            let labels = Tensor((0..<count).map { Int32($0 % classes) })
            let taken = Tensor((0..<count).map { Int32(($0 * 7 / 5) % classes) })
            let names = (0..<classes).map { "class number \($0)" }
            let picture = try Picture.mistakes(
                .zeros([count, 4, 4]), labels: labels, predictions: taken, numClasses: classes, classNames: names,
                title: "Mistakes of a network", width: width)
            #expect(picture.flaws == [])
        }
    }

    /// A 0 taken for a 2 twice, a 1 taken for a 0 once; the image shown is the first.
    @Test func mistakesByRowAndColumn() throws {
        let table = MistakeTable(
            truth: [0, 0, 1, 2, 0], taken: [0, 2, 0, 2, 2], names: ["a", "b", "c"], most: 12)
        #expect(table.counts == [[1, 0, 2], [1, 0, 0], [0, 0, 1]])
        #expect(table.examples == [[nil, nil, 1], [2, nil, nil], [nil, nil, nil]])
        // The two classes with the most mistakes.
        let part = MistakeTable(truth: [0, 0, 1, 2, 0], taken: [0, 2, 0, 2, 2], names: ["a", "b", "c"], most: 2)
        #expect(part.names == ["a", "c"] && part.counts == [[1, 2], [0, 1]])
        try PlainKernels.withDevice("cpu") {
            let x = Tensor.zeros([5, 2, 2])
            let picture = try Picture.mistakes(
                x, labels: Tensor([0, 0, 1, 2, 0] as [Int32]), predictions: Tensor([0, 2, 0, 2, 2] as [Int32]),
                numClasses: 3)
            #expect(picture.frames.count { $0.kind == .image } == 2)
            expectError(.data, found: "the class 3.0") {
                _ = try Picture.mistakes(
                    x, labels: Tensor([3, 0, 0, 0, 0] as [Int32]), predictions: Tensor([0, 0, 0, 0, 0] as [Int32]),
                    numClasses: 3)
            }
        }
    }

    @Test(arguments: [1, 2, 10, 100], [0.0, 300, 900]) func probabilityBarsHaveRoom(classes: Int, width: Double) throws
    {
        let values = (0..<classes).map { $0 == 1 ? 0.6 : 0.4 / Double(classes) }
        for image in [nil, try images(1)[0], try images(1, width: 9, height: 3)[0]] {
            for names in [nil, (0..<classes).map { "a class with the long name \($0)" }] {
                let picture = try Picture.probabilities(
                    values, classNames: names, trueClass: classes - 1, image: image, width: width)
                #expect(picture.flaws == [])
                #expect(picture.wordsInPanels == [])
            }
        }
    }

    @Test func probabilityBarsSayWhatTheyShow() throws {
        let words = try Picture.probabilities([0.0001, 0.9, 0.0999], trueClass: 2).words
        #expect(words == ["predicted class 1, true class 2", "0", "<0.1%", "1", "90.0%", "2", "10.0%"])
        // The true class is shown beyond the highest.
        let many = try Picture.probabilities((0..<50).map { $0 < 20 ? 0.05 : 0 }, trueClass: 30, most: 3).words
        #expect(many.filter { Int($0) != nil } == ["0", "1", "2", "30"])
        expectError(.data, remedy: "softmax") { _ = try Picture.probabilities([2, -1]) }
        expectError(.argument, found: "the true class 3") { _ = try Picture.probabilities([0.5, 0.5], trueClass: 3) }
    }
}
