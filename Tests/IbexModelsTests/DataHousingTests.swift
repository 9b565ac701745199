import FoundationEssentials
import IbexGraph
import IbexRuntime
import IbexTestSupport
import Testing

@testable import IbexModels

/// A made-up set of ten rows, in a file that NumPy wrote.
@Suite struct DataHousingTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    func dataset(_ file: [UInt8]) throws -> PublishedDataset {
        try scratch.write(file, to: "boston_housing.npz")
        return PublishedDataset(
            name: "Boston housing", places: [""],
            files: [DatasetFile(name: "boston_housing.npz", packing: "", digest: .published(digest(of: file)))],
            mirrors: [])
    }

    /// `RandomState(113).shuffle(arange(10))` gives 9 3 6 1 0 7 4 8 2 5 in NumPy.
    @Test func theRowsFallAsInKeras() throws {
        let table = try HousingTable(dataset(npzOfNumPy()), in: scratch.path, rows: 10)
        let (train, test) = try table.split(testSplit: 0.25, seed: 113)
        #expect(train.x.shape == [7, 13] && train.y.shape == [7] && test.x.shape == [3, 13] && test.y.shape == [3])
        let rows: [Double] = [9, 3, 6, 1, 0, 7, 4, 8, 2, 5]
        #expect(try train.y.doubles() + test.y.doubles() == rows.map { 1.5 * $0 })
        #expect(
            try train.x.doubles() + test.x.doubles() == rows.flatMap { [Double](repeating: $0, count: 13) })
        #expect(try table.split(testSplit: 0, seed: 113).train.y.shape == [10])
    }

    @Test(arguments: [-0.1, 1, .nan]) func aSplitThatIsNone(split: Double) throws {
        let table = try HousingTable(dataset(npzOfNumPy()), in: scratch.path, rows: 10)
        expectError(.argument, at: "BostonHousing", found: "\(split)", expected: "at least 0 and below 1") {
            _ = try table.split(testSplit: split, seed: 1)
        }
    }

    @Test func otherExtents() throws {
        let dataset = try dataset(npzOfNumPy())
        expectError(.file, at: "boston_housing.npz", found: "x (10, 13) and y (10,)", expected: "x (506, 13)") {
            _ = try HousingTable(dataset, in: scratch.path, rows: 506)
        }
    }

    @Test func anotherFile() throws {
        try scratch.write(npzOfNumPy(), to: "boston_housing.npz")
        expectError(.file, at: "boston_housing.npz", found: "the SHA-256", expected: "f553886a", remedy: "fetch") {
            _ = try BostonHousing.load(from: scratch.path)
        }
    }

    @Test func nowhere() throws {
        let folders = Folders(environment: ["HOME": scratch.path])
        expectError(.file, at: "Boston housing", found: scratch.path, remedy: "IBEX_DATA_DIR") {
            _ = try BostonHousing.dataset.folder(download: false, folders)
        }
        expectError(.file, at: "Boston housing", found: scratch.path, expected: "boston_housing.npz") {
            _ = try BostonHousing.load(from: scratch.path)
        }
    }
}
