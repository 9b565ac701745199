import FoundationEssentials
import IbexGraph

/// Compiled programs on disk, one file each, for drivers that do not cache by themselves.
///
/// A file names all that its binary depends on and carries a checksum: one that is damaged, cut short or of another
/// driver is passed over. Files are written under a temporary name and renamed.
package struct ProgramDiskCache: Sendable {
    /// All that a binary depends on.
    package struct Key: Sendable {
        package let source: String
        package let options: String
        package let device: String
        package let driver: String

        package init(source: String, options: String, device: String, driver: String) {
            self.source = source
            self.options = options
            self.device = device
            self.driver = driver
        }

        var bytes: [UInt8] { Array([options, device, driver, source].joined(separator: "\u{0}").utf8) }
    }

    package let directory: URL

    package init(directory: URL) { self.directory = directory }

    /// `IBEX_CACHE_DIR`, else `ibex` in the user's cache folder.
    package static var standard: ProgramDiskCache {
        let environment = ProcessInfo.processInfo.environment
        if let path = environment["IBEX_CACHE_DIR"], !path.isEmpty {
            return ProgramDiskCache(directory: URL(filePath: path).appending(path: "opencl"))
        }
        let caches =
            environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : URL(filePath: $0) }
            ?? FileManager.default.homeDirectoryForCurrentUser.appending(path: ".cache")
        return ProgramDiskCache(directory: caches.appending(path: "ibex/opencl"))
    }

    /// The file that holds this key's binary.
    package func file(for key: Key) -> URL {
        directory.appending(path: String(stableHash(key.bytes), radix: 16) + ".clbin")
    }

    /// The binary kept for the key, where a sound one is.
    package func binary(for key: Key) -> [UInt8]? {
        guard let data = try? Data(contentsOf: file(for: key)) else { return nil }
        let head = Self.magic + Self.word(key.bytes.count) + key.bytes
        guard data.count > head.count + 8, data.prefix(head.count).elementsEqual(head) else { return nil }
        let binary = Array(data.dropFirst(head.count + 8))
        guard data.dropFirst(head.count).prefix(8).elementsEqual(Self.word(Int(bitPattern: UInt(stableHash(binary)))))
        else { return nil }
        return binary
    }

    /// Keeps a binary.
    ///
    /// - Throws: what the file system says.
    package func store(_ binary: [UInt8], for key: Key) throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let checksum = Self.word(Int(bitPattern: UInt(stableHash(binary))))
        let content = Data(Self.magic + Self.word(key.bytes.count) + key.bytes + checksum + binary)
        try content.write(to: file(for: key), options: .atomic)
    }

    private static let magic = Array("ibex-clbin-1\n".utf8)

    private static func word(_ value: Int) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}
