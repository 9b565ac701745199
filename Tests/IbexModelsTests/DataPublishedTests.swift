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
            name: "Tiny",
            files: [
                DatasetFile(name: "images", shape: [2, 2, 2], digest: digest(of: images)),
                DatasetFile(name: "labels", shape: [2], digest: digest(of: labels)),
            ],
            mirrors: mirrors)
    }

    @Test func readsPackedAndPlainFilesFromTheFirstFolderThatHasThem() throws {
        try scratch.writePacked(images, to: "images.gz")
        try scratch.write(labels, to: "labels")
        let arrays = try #require(try dataset().read(from: ["/nowhere", scratch.path]))
        #expect(arrays.map(\.shape) == [[2, 2, 2], [2]])
        #expect(arrays[0].bytes == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(arrays[1].bytes == [0, 1])
    }

    @Test func noFolderHasIt() throws {
        #expect(try dataset().read(from: ["/nowhere", scratch.path]) == nil)
        #expect("\(dataset().missing(from: ["/nowhere"]))".contains("/nowhere"))
    }

    @Test func aFileIsMissing() throws {
        try scratch.write(images, to: "images")
        expectError(.file, at: scratch.path, found: "no labels", expected: "images, labels") {
            _ = try dataset().read(from: [scratch.path])
        }
    }

    @Test func aWrongDigest() throws {
        try scratch.write(idx([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 9]), to: "images")
        try scratch.write(labels, to: "labels")
        expectError(.file, at: "/images", found: "the SHA-256", expected: digest(of: images), remedy: "damaged") {
            _ = try dataset().read(from: [scratch.path])
        }
    }

    @Test func wrongCounts() throws {
        try scratch.write(images, to: "images")
        try scratch.write(idx([3], [0, 1, 2]), to: "labels")
        expectError(.file, at: "/labels", found: "the extents (3,)", expected: "(2,)") {
            _ = try dataset().read(from: [scratch.path])
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
        #expect(try dataset.read(from: [target])?.count == 2)
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

@Suite struct DataMNISTTests {
    @Test func foldersInOrder() {
        let environment = ["HOME": "/h", "IBEX_DATA_DIR": "/d", "IBEX_CACHE_DIR": "/c", "KERAS_HOME": "/k"]
        #expect(
            MNIST.folders(Folders(environment: environment))
                == ["/d/mnist", "/d", "/c/mnist", "/c", "/k/datasets/mnist", "/k/datasets"])
        #expect(
            MNIST.folders(Folders(environment: ["HOME": "/h", "IBEX_DATA_DIR": ""]))
                == ["/h/.cache/ibex/mnist", "/h/.cache/ibex", "/h/.keras/datasets/mnist", "/h/.keras/datasets"])
    }

    @Test func withoutDownloadItThrows() throws {
        let scratch = try Scratch()
        let folders = Folders(environment: ["HOME": scratch.path])
        expectError(.file, at: "MNIST", found: scratch.path, remedy: "IBEX_DATA_DIR") {
            _ = try MNIST.arrays(download: false, folders: folders)
        }
        #expect(try scratch.names.isEmpty)
    }

    @Test func truncatedFile() throws {
        let scratch = try Scratch()
        let half = [UInt8](repeating: 0, count: 60000 * 28 * 14)
        for file in MNIST.dataset.files { try scratch.write(idx([60000, 28, 28], half), to: file.name) }
        expectError(.file, at: "train-images-idx3-ubyte", found: "after 23520000 of 47040000 bytes") {
            _ = try MNIST.arrays(in: scratch.path)
        }
    }

    /// The counts per digit are those of the published set.
    @Test(
        .enabled(
            if: MNIST.folders(Folders()).contains { MNIST.dataset.files[0].path(in: $0) != nil },
            "no folder holds MNIST: set IBEX_DATA_DIR"))
    func theRealFiles() throws {
        let arrays = try MNIST.arrays(download: false)
        #expect(arrays.trainImages.shape == [60000, 28, 28])
        #expect(arrays.testImages.shape == [10000, 28, 28])
        let train = (0..<10).map { digit in arrays.trainLabels.bytes.count { $0 == digit } }
        #expect(train == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
        let test = (0..<10).map { digit in arrays.testLabels.bytes.count { $0 == digit } }
        #expect(test == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
    }
}
