import FoundationEssentials
import IbexGraph
import IbexRuntime
import IbexTestSupport
import Testing

@testable import IbexModels

@Suite struct DataMNISTTests {
    @Test func foldersInOrder() {
        let environment = ["HOME": "/h", "IBEX_DATA_DIR": "/d", "IBEX_CACHE_DIR": "/c", "KERAS_HOME": "/k"]
        #expect(
            MNIST.dataset.published.folders(Folders(environment: environment))
                == ["/d/mnist", "/d", "/c/mnist", "/c", "/k/datasets/mnist", "/k/datasets"])
        #expect(
            MNIST.dataset.published.folders(Folders(environment: ["HOME": "/h", "IBEX_DATA_DIR": ""]))
                == ["/h/.cache/ibex/mnist", "/h/.cache/ibex", "/h/.keras/datasets/mnist", "/h/.keras/datasets"])
    }

    @Test func withoutDownloadItThrows() throws {
        let scratch = try Scratch()
        let folders = Folders(environment: ["HOME": scratch.path])
        expectError(.file, at: "MNIST", found: scratch.path, remedy: "IBEX_DATA_DIR") {
            _ = try MNIST.dataset.published.folder(download: false, folders)
        }
        #expect(try scratch.names.isEmpty)
    }

    @Test func truncatedFile() throws {
        let scratch = try Scratch()
        let half = [UInt8](repeating: 0, count: 60000 * 28 * 14)
        for file in MNIST.dataset.published.files { try scratch.write(idx([60000, 28, 28], half), to: file.name) }
        expectError(.file, at: "train-images-idx3-ubyte", found: "after 23520000 of 47040000 bytes") {
            _ = try MNIST.dataset.arrays(in: scratch.path)
        }
    }

    /// The counts per digit are those of the published set.
    @Test(
        .enabled(
            if: MNIST.folder() != nil,
            "no folder holds MNIST: set IBEX_DATA_DIR"))
    func theRealFiles() throws {
        let arrays = try MNIST.dataset.arrays(in: #require(MNIST.folder()))
        #expect(arrays.map(\.shape) == [[60000, 28, 28], [60000], [10000, 28, 28], [10000]])
        let train = (0..<10).map { digit in arrays[1].bytes.count { $0 == digit } }
        #expect(train == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
        let test = (0..<10).map { digit in arrays[3].bytes.count { $0 == digit } }
        #expect(test == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
    }
}

@Suite struct DataFashionMNISTTests {
    /// Its files bear MNIST's names: a folder that may hold MNIST is none of its own.
    @Test func foldersInOrder() {
        let environment = ["HOME": "/h", "IBEX_DATA_DIR": "/d"]
        #expect(
            FashionMNIST.dataset.published.folders(Folders(environment: environment)) == [
                "/d/fashion-mnist", "/h/.cache/ibex/fashion-mnist", "/h/.keras/datasets/fashion-mnist",
            ])
    }

    @Test func withoutDownloadItThrows() throws {
        let scratch = try Scratch()
        expectError(.file, at: "Fashion-MNIST", found: scratch.path + "/.keras/datasets", remedy: "IBEX_DATA_DIR") {
            _ = try FashionMNIST.dataset.published.folder(download: false, Folders(environment: ["HOME": scratch.path]))
        }
    }

    /// What MNIST's files would be, were they in the folder.
    @Test func anotherSetsFiles() throws {
        let scratch = try Scratch()
        for (file, shape) in zip(FashionMNIST.dataset.published.files, FashionMNIST.dataset.shapes) {
            let elements = [UInt8](repeating: 0, count: shape.elementCount)
            try scratch.writePacked(idx(shape.extents, elements), to: file.publishedName)
        }
        expectError(.file, at: "train-images-idx3-ubyte.gz", found: "the SHA-256", expected: "3aede38d") {
            _ = try FashionMNIST.load(from: scratch.path)
        }
    }

    @Test(
        .enabled(
            if: FashionMNIST.dataset.published.folder(among: FashionMNIST.dataset.published.folders(Folders())) != nil,
            "no folder holds Fashion-MNIST: set IBEX_DATA_DIR"))
    func theRealFiles() throws {
        let folder = try FashionMNIST.dataset.published.folder(download: false, Folders())
        let arrays = try FashionMNIST.dataset.arrays(in: folder)
        for (labels, count) in [(arrays[1], 6000), (arrays[3], 1000)] {
            #expect((0..<10).map { label in labels.bytes.count { $0 == label } } == [Int](repeating: count, count: 10))
        }
    }
}
