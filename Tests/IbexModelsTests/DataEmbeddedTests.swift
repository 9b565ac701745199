import Testing

@testable import IbexModels

@Suite struct DataEmbeddedTests {
    /// The counts per class are those of the set's own description (optdigits.names, testing part).
    @Test func digits() throws {
        let (pixels, labels) = try Digits.arrays()
        #expect(pixels.count == 1797 * 64)
        #expect(labels.count == 1797)
        #expect(pixels.max() == 16)
        #expect(
            (0..<10).map { digit in labels.count { $0 == digit } } == [
                178, 182, 177, 183, 181, 182, 181, 179, 174, 180,
            ])
        #expect(Array(pixels[..<8]) == [0, 0, 5, 13, 9, 1, 0, 0])
        #expect(Array(labels[..<10]) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    }

    /// The means are those of the set's own description (iris.names): 5.84, 3.05, 3.76, 1.20.
    @Test func iris() throws {
        let (lengths, species) = try Iris.arrays()
        #expect(lengths.count == 600)
        #expect(
            species == [UInt8](repeating: 0, count: 50) + [UInt8](repeating: 1, count: 50)
                + [UInt8](repeating: 2, count: 50))
        for (column, mean) in [5.84, 3.05, 3.76, 1.20].enumerated() {
            let sum = stride(from: column, to: 600, by: 4).reduce(0.0) { $0 + Double(lengths[$1]) }
            #expect(abs(sum / 150 - mean) < 0.01)
        }
    }
}
