import FoundationEssentials
import IbexGraph
import IbexRuntime
import IbexTestSupport
import Testing

@testable import IbexModels

/// Six made-up files of two images each. Image i of file f has the class (2 f + i) mod 10; its red is that number, its green
/// 100, its blue the pixel's place mod 256.
@Suite struct DataCIFARTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    let names = (1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin"]

    func records(_ file: Int) -> [UInt8] {
        (0..<2).flatMap { image -> [UInt8] in
            let number = UInt8((2 * file + image) % 10)
            return [number] + [UInt8](repeating: number, count: 1024) + [UInt8](repeating: 100, count: 1024)
                + (0..<1024).map { UInt8($0 % 256) }
        }
    }

    /// In another order than the files' own, as the published archive has them.
    func archive() -> [UInt8] {
        let files = [0, 2, 5, 4, 1, 3].map { ("cifar-10-batches-bin/\(names[$0])", records($0)) }
        return tar([("cifar-10-batches-bin/", []), ("cifar-10-batches-bin/readme.html", [1, 2])] + files)
    }

    func bytes(of path: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(filePath: path))) }

    func files(digest: String = "", mirrors: [String] = []) -> CIFARFiles {
        CIFARFiles(imagesPerFile: 2, digest: digest, mirrors: mirrors)
    }

    func folders() -> Folders { Folders(environment: ["HOME": scratch.path + "/home", "IBEX_DATA_DIR": scratch.path]) }

    func writeUnpacked(to folder: String) throws {
        let path = scratch.path + "/" + folder
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (file, name) in names.enumerated() { try scratch.write(records(file), to: folder + "/" + name) }
    }

    func expectWhole(_ parts: (train: CIFARImages, test: CIFARImages)) throws {
        #expect(parts.train.labels == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
        #expect(parts.test.labels == [0, 1])
        let last = parts.train.format == .channelsLast
        for (image, label) in parts.train.labels.enumerated() {
            let pixels = parts.train.pixels[image * 3072..<(image + 1) * 3072]
            for pixel in [0, 1, 32, 300, 1023] {
                let colors = (0..<3).map { pixels[pixels.startIndex + (last ? pixel * 3 + $0 : $0 * 1024 + pixel)] }
                #expect(colors == [label, 100, UInt8(pixel % 256)])
            }
        }
        let (x, y) = parts.test.tensors()
        #expect(x.type == TensorType(last ? [2, 32, 32, 3] : [2, 3, 32, 32], .uint8))
        #expect(y.type == TensorType([2, 1], .uint8))
        #expect(try y.scalars(as: UInt8.self) == [0, 1])
    }

    @Test(arguments: [ImageDataFormat.channelsLast, .channelsFirst])
    func theArchive(format: ImageDataFormat) throws {
        let path = try scratch.writePacked(archive(), to: "cifar-10-binary.tar.gz")
        let files = files(digest: digest(of: try bytes(of: path)))
        try expectWhole(files.images(format, download: false, folders: folders()))
        try expectWhole(files.images(format, in: scratch.path))
    }

    @Test(arguments: ["cifar-10-batches-bin", "cifar-10/cifar-10-batches-bin"])
    func unpackedFiles(folder: String) throws {
        try writeUnpacked(to: folder)
        try expectWhole(files().images(.channelsLast, download: false, folders: folders()))
        try expectWhole(files().images(.channelsLast, in: scratch.path + "/" + folder))
    }

    @Test func downloads() throws {
        let mirror = try Scratch()
        let path = try mirror.writePacked(archive(), to: "cifar-10-binary.tar.gz")
        let files = files(digest: digest(of: try bytes(of: path)), mirrors: ["file://" + mirror.path])
        try expectWhole(files.images(.channelsLast, download: true, folders: folders()))
        #expect(
            FileManager.default.fileExists(atPath: scratch.path + "/home/.cache/ibex/cifar-10/cifar-10-binary.tar.gz"))
    }

    @Test func nowhere() throws {
        expectError(
            .file, at: "CIFAR-10", found: scratch.path, expected: "cifar-10-binary.tar.gz or the folder",
            remedy: "IBEX_DATA_DIR"
        ) { _ = try files().images(.channelsLast, download: false, folders: folders()) }
    }

    @Test func anotherDigest() throws {
        try scratch.writePacked(archive(), to: "cifar-10-binary.tar.gz")
        expectError(.file, at: "cifar-10-binary.tar.gz", found: "the SHA-256", expected: "c0ffee", remedy: "fetch") {
            _ = try files(digest: "c0ffee").images(.channelsLast, in: scratch.path)
        }
    }

    @Test func anArchiveThatLacksAFile() throws {
        let path = try scratch.writePacked(tar([("d/" + names[0], records(0))]), to: "cifar-10-binary.tar.gz")
        let files = files(digest: digest(of: try bytes(of: path)))
        expectError(.file, found: "no data_batch_2.bin, data_batch_3.bin", expected: "six files") {
            _ = try files.images(.channelsLast, in: scratch.path)
        }
    }

    @Test func damagedUnpackedFiles() throws {
        let folder = scratch.path + "/cifar-10-batches-bin"
        try writeUnpacked(to: "cifar-10-batches-bin")
        let name = "cifar-10-batches-bin/data_batch_3.bin"
        let whole = records(2)
        for (damaged, found) in [
            (Array(whole.dropLast()), "6145 bytes"), (whole + [0], "more than 6146 bytes"),
            (whole + whole, "more than"),
            ([10] + whole.dropFirst(), "the class 10 of image 0"),
        ] {
            try scratch.write(damaged, to: name)
            expectError(.file, at: "data_batch_3.bin", found: found) {
                _ = try files().images(.channelsLast, in: folder)
            }
        }
        try FileManager.default.removeItem(atPath: scratch.path + "/" + name)
        expectError(.file, at: folder, found: "no data_batch_3.bin") {
            _ = try files().images(.channelsLast, in: folder)
        }
    }
}
