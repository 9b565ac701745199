import Ibex
import IbexTestSupport
import Testing

@testable import IbexPictures

@Suite struct HeatMapTests {
    private static func names(_ count: Int, long: Bool) -> [String]? {
        long ? (0..<count).map { "the class with the number \($0) and a name of some length" } : nil
    }

    @Test(arguments: [1, 2, 3, 10, 37, 100], [nil, 100, 420, 1500] as [Double?])
    func nothingOverlaps(classes: Int, width: Double?) throws {
        func count(_ row: Int, _ column: Int) -> Double { row == column ? 123_456 : Double(row * column % 13) }
        let counts = (0..<classes).map { row in (0..<classes).map { count(row, $0) } }
        for isLong in [false, true] {
            for isNormalized in [false, true] {
                let picture = try Picture.confusionMatrix(
                    counts, classNames: Self.names(classes, long: isLong), normalized: isNormalized,
                    title: "What was taken for what, by a network that had better not be named", width: width)
                #expect(picture.flaws == [], "long \(isLong), normalized \(isNormalized)")
            }
        }
    }

    @Test func cellsSayCounts() throws {
        let words = try Picture.confusionMatrix([[48, 2], [5, 45]], classNames: ["cat", "dog"]).words
        #expect(["48", "2", "5", "45", "true class", "predicted class"].allSatisfy(words.contains))
        #expect(words.count { $0 == "cat" } == 2)
    }

    @Test func cellsSayPercentOfTheRow() throws {
        let words = try Picture.confusionMatrix([[3, 1, 0], [0, 0, 0], [0, 0, 7]], normalized: true).words
        #expect(["75.0", "25.0", "100"].allSatisfy(words.contains))
        // Three zeros of rows with samples; the second row has none and says nothing.
        #expect(words.count { $0 == "0" } == 3 + 2)
    }

    @Test(arguments: [[[0, 0], [0, 0]], [[7, 7], [7, 7]], [[1e12, 3], [0.5, 1e17]]])
    func anyCounts(counts: [[Double]]) throws {
        for isNormalized in [false, true] {
            #expect(try Picture.confusionMatrix(counts, normalized: isNormalized).flaws == [])
        }
    }

    @Test func fromClasses() throws {
        try PlainKernels.withDevice("cpu") {
            let (labels, taken) = (Tensor([0, 1, 1, 1] as [Int32]), Tensor([0, 1, 0, 1] as [Int32]))
            let cells = try Picture.confusionMatrix(labels, taken, numClasses: 2).texts.filter { $0.font.size > 10 }
            #expect(cells.map(\.text).filter { Int($0) != nil } == ["1", "0", "1", "2"])
        }
    }

    @Test func whatCannotBeDrawn() {
        expectError(.shape, found: "2 rows") { _ = try Picture.confusionMatrix([[1, 2], [3]]) }
        expectError(.shape, found: "1 class names") {
            _ = try Picture.confusionMatrix([[1, 2], [3, 4]], classNames: ["a"])
        }
        expectError(.data, found: "negative") { _ = try Picture.confusionMatrix([[1, -2], [3, 4]]) }
    }

    /// Text is black or white, whichever is better; the worst cell has WCAG's contrast for normal text.
    @Test func textCanBeReadOnEveryColour() {
        for map in [ColorMap.blues, .grey, .night, .diverging] {
            for share in stride(from: 0, through: 1, by: 0.01) {
                let color = map.color(share)
                #expect(color.contrast(with: color.readable) >= 4.5, "\(share)")
            }
        }
    }

    /// Grey print keeps the order.
    @Test func lightnessIsMonotonic() {
        let shares = (0...100).map { Double($0) / 100 }
        for (map, isRising) in [(ColorMap.blues, false), (.grey, true), (.night, true)] {
            let light = shares.map { map.color($0).luminance }
            #expect(zip(light, light.dropFirst()).allSatisfy { isRising ? $0 <= $1 : $0 >= $1 })
        }
    }
}
