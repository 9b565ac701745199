import CIbexZlib
import Foundation
import Glibc
import IbexArrays
import IbexFiles
import IbexGraph
import IbexModels
import IbexRuntime
import Synchronization

/// Whole models in `.keras` files.
///
/// A third of the files are damaged as archives; the others have whole archives, with a configuration that says something
/// else, or with damaged weights.
package struct KerasFormat: SoakFormat {
    package let name = "keras"

    package init() {}

    package var samples: [[UInt8]] {
        get throws {
            let files = try ["models/keras3", "nested"].flatMap { try oracleFiles(in: $0, ending: ".keras") }
            return try contents(files, upTo: 100_000)
        }
    }

    package func damage(_ sample: [UInt8], _ other: [UInt8], by mutation: inout Mutation) throws -> [UInt8] {
        let kind = mutation.below(3)
        guard kind > 0 else { return mutation.damage(sample, others: other) }
        let archive = try ZipArchive(sample, place: name)
        let name = kind == 1 ? "config.json" : "model.weights.h5"
        return StoredZip.archive(
            try archive.members.map { member in
                let bytes = try archive.contents(of: member.name)
                guard member.name == name else { return (member.name, bytes) }
                guard kind == 1 else { return (name, mutation.damage(bytes, others: other)) }
                let config = try JSON.value(of: bytes, at: name)
                return (name, Array(JSON.text(mutation.damage(config, others: config)).utf8))
            })
    }

    package func open(_ path: String) throws { _ = try withDevice("cpu") { try loadModel(path) } }

    package func incident(_ error: IbexError) -> String? { HDF5Format.endOfChild(error) }
}

/// Whole models in `.h5` files of Keras 2 and 3.
///
/// Half of the files have damaged bytes; the others are whole HDF5 files whose configuration says something else.
package struct LegacyFormat: SoakFormat {
    package let name = "h5"

    package init() {}

    package var samples: [[UInt8]] {
        get throws {
            let files = try oracleFiles(in: "models", ending: ".h5") + oracleFiles(in: "nested", ending: ".h5")
            return try contents(files.filter { !$0.contains("weights") }, upTo: 100_000)
        }
    }

    /// What the samples hold, read once.
    private static let roots = Mutex<[[UInt8]: HDF5Group]>([:])

    package func damage(_ sample: [UInt8], _ other: [UInt8], by mutation: inout Mutation) throws -> [UInt8] {
        guard mutation.below(2) == 0 else { return mutation.damage(sample, others: other) }
        var root = try Self.root(of: sample)
        let name = ["model_config", "training_config"][mutation.below(2)]
        if let text = root.attributes[name]?.string {
            let config = try JSON.value(of: text, at: name)
            root.attributes[name] = .string(JSON.text(mutation.damage(config, others: config)))
        }
        return try NamelessFile.with([]) { copy in
            try HDF5File.write(root, to: copy.descriptor, place: name)
            return try copy.contents()
        }
    }

    private static func root(of sample: [UInt8]) throws -> HDF5Group {
        if let known = roots.withLock({ $0[sample] }) { return known }
        let root = try NamelessFile.with(sample) { try HDF5File.read($0.path) }
        roots.withLock { $0[sample] = root }
        return root
    }

    package func open(_ path: String) throws { _ = try withDevice("cpu") { try loadModel(path) } }

    package func incident(_ error: IbexError) -> String? { HDF5Format.endOfChild(error) }
}

/// A file without a name.
private struct NamelessFile {
    let descriptor: Int32
    var path: String { "/proc/self/fd/\(descriptor)" }

    static func with<Result>(_ bytes: [UInt8], _ body: (NamelessFile) throws -> Result) throws -> Result {
        guard let stream = tmpfile() else { throw IbexError.system("/tmp", expected: "room for a file") }
        defer { fclose(stream) }
        let file = NamelessFile(descriptor: fileno(stream))
        guard write(file.descriptor, bytes, bytes.count) == bytes.count else {
            throw IbexError.system("/tmp", expected: "room for \(bytes.count) bytes")
        }
        return try body(file)
    }

    func contents() throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(filePath: path))) }
}

/// Zip archives with files as they are, made in memory.
private enum StoredZip {
    static func archive(_ files: [(name: String, bytes: [UInt8])]) -> [UInt8] {
        var (archive, directory): ([UInt8], [UInt8]) = ([], [])
        for (name, bytes) in files {
            let checksum = UInt32(truncatingIfNeeded: crc32(0, bytes, uInt(bytes.count)))
            let size = UInt32(bytes.count)
            // Version, flags, method, time and date of 1980-01-01, checksum, sizes, lengths of name and extra field.
            let about =
                number(UInt16(20)) + number(UInt16(0)) + number(UInt16(0)) + number(UInt16(0)) + number(UInt16(33))
                + number(checksum) + number(size) + number(size) + number(UInt16(name.utf8.count)) + number(UInt16(0))
            directory += number(UInt32(0x0201_4B50)) + number(UInt16(20)) + about
            directory += [UInt8](repeating: 0, count: 10) + number(UInt32(archive.count)) + Array(name.utf8)
            archive += number(UInt32(0x0403_4B50)) + about + Array(name.utf8) + bytes
        }
        let count = UInt16(files.count)
        return archive + directory + number(UInt32(0x0605_4B50)) + number(UInt32(0)) + number(count) + number(count)
            + number(UInt32(directory.count)) + number(UInt32(archive.count)) + number(UInt16(0))
    }

    private static func number(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}
