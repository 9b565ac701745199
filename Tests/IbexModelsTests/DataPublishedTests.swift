import FoundationEssentials
import IbexGraph
import IbexRuntime
import IbexTestSupport
import Testing

@testable import IbexModels

/// A made-up data set of two small files: where it is looked for, how it is checked, how it is fetched. Its mirrors are
/// folders of this machine (`file://`): no test uses the network.
@Suite struct DataPublishedTests {
    let scratch: Scratch
    let images = idx([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])
    let labels = idx([2], [0, 1])

    init() throws { scratch = try Scratch() }

    func dataset(mirrors: [String] = []) -> PublishedDataset {
        PublishedDataset(
            name: "Tiny", places: ["tiny"],
            files: [
                DatasetFile(name: "images", digest: .unpacked(digest(of: images))),
                DatasetFile(name: "labels", digest: .unpacked(digest(of: labels))),
            ],
            mirrors: mirrors)
    }

    func arrays(in folder: String) throws -> [IDXArray] {
        try IDXDataset(dataset(), shapes: [[2, 2, 2], [2]]).arrays(in: folder)
    }

    @Test func readsPackedAndPlainFilesFromTheFirstFolderThatHasThem() throws {
        try scratch.writePacked(images, to: "images.gz")
        try scratch.write(labels, to: "labels")
        #expect(dataset().folder(among: ["/nowhere", scratch.path]) == scratch.path)
        let arrays = try arrays(in: scratch.path)
        #expect(arrays.map(\.shape) == [[2, 2, 2], [2]])
        #expect(arrays[0].bytes == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(arrays[1].bytes == [0, 1])
    }

    @Test func noFolderHasIt() throws {
        #expect(dataset().folder(among: ["/nowhere", scratch.path]) == nil)
        #expect("\(dataset().missing(from: ["/nowhere"]))".contains("/nowhere"))
        expectError(.file, at: "Tiny", found: "none of its files in \(scratch.path)", remedy: "IBEX_DATA_DIR") {
            _ = try dataset().paths(in: scratch.path)
        }
    }

    @Test func aFileIsMissing() throws {
        try scratch.write(images, to: "images")
        expectError(.file, at: scratch.path, found: "no labels", expected: "images, labels") {
            _ = try arrays(in: scratch.path)
        }
    }

    @Test func aWrongDigest() throws {
        try scratch.write(idx([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 9]), to: "images")
        try scratch.write(labels, to: "labels")
        expectError(.file, at: "/images", found: "the SHA-256", expected: digest(of: images), remedy: "damaged") {
            _ = try arrays(in: scratch.path)
        }
    }

    @Test func wrongCounts() throws {
        try scratch.write(images, to: "images")
        try scratch.write(idx([3], [0, 1, 2]), to: "labels")
        expectError(.file, at: "/labels", found: "the extents (3,)", expected: "(2,)") {
            _ = try arrays(in: scratch.path)
        }
    }

    @Test func downloadsWhatIsMissingAndLeavesNothingElse() throws {
        let mirror = try Scratch()
        try mirror.writePacked(images, to: "images.gz")
        try mirror.writePacked(labels, to: "labels.gz")
        let dataset = dataset(mirrors: ["file:///nowhere", "file://" + mirror.path])
        let target = scratch.path + "/deep/cache"
        try dataset.download(to: target)
        #expect(try FileManager.default.contentsOfDirectory(atPath: target).sorted() == ["images.gz", "labels.gz"])
        #expect(try arrays(in: target).count == 2)
        try FileManager.default.removeItem(atPath: mirror.path)
        try dataset.download(to: target)  // nothing is missing: nothing is fetched
    }

    @Test func aDownloadOfSomethingElseIsNotKept() throws {
        let mirror = try Scratch()
        try mirror.writePacked(idx([2, 2, 2], [8, 7, 6, 5, 4, 3, 2, 1]), to: "images.gz")
        expectError(.file, found: "the SHA-256") {
            try dataset(mirrors: ["file://" + mirror.path]).download(to: scratch.path)
        }
        #expect(try scratch.names.isEmpty)
    }

    /// The digest of a published file says nothing of an unpacked one; both are read.
    @Test func aDigestOfThePackedFile() throws {
        let packed = try [UInt8](Data(contentsOf: URL(filePath: scratch.writePacked(labels, to: "labels.gz"))))
        let set = IDXDataset(
            PublishedDataset(
                name: "Tiny", places: [""],
                files: [DatasetFile(name: "labels", digest: .published(digest(of: packed)))],
                mirrors: ["file://" + scratch.path]),
            shapes: [[2]])
        #expect(try set.arrays(in: scratch.path)[0].bytes == [0, 1])
        try set.published.download(to: scratch.path + "/cache")
        #expect(try set.arrays(in: scratch.path + "/cache")[0].bytes == [0, 1])
        let plain = try Scratch()
        try plain.write(labels, to: "labels")
        #expect(try set.arrays(in: plain.path)[0].bytes == [0, 1])
        let other = try Scratch()
        try other.writePacked(idx([2], [1, 0]), to: "labels.gz")
        expectError(.file, at: "/labels.gz", found: "the SHA-256", expected: digest(of: packed)) {
            _ = try set.arrays(in: other.path)
        }
    }

    @Test func noMirrorAnswers() throws {
        expectError(.file, at: "Tiny", found: "file:///nowhere/images.gz", remedy: "IBEX_DATA_DIR") {
            try dataset(mirrors: ["file:///nowhere"]).download(to: scratch.path)
        }
        #expect(try scratch.names.isEmpty)
    }

    @Test func noProgramToFetchWith() throws {
        expectError(.file, found: "neither curl nor wget", remedy: "Install curl") {
            try dataset(mirrors: ["file:///nowhere"]).download(to: scratch.path, using: [])
        }
    }

    @Test func aFolderThatCannotBeMade() throws {
        let file = try scratch.write([1], to: "file")
        expectError(.file, at: file, remedy: "IBEX_CACHE_DIR") { try dataset().download(to: file + "/cache") }
    }
}
