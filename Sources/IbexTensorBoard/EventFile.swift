import Glibc
import IbexArrays
import IbexGraph
import Synchronization

/// A file of events that grows at its end, as TensorBoard reads it while it grows.
///
/// A record is, all little-endian: its length n, 8 bytes; the masked CRC-32C of these; n bytes, an event in protocol
/// buffers; their masked CRC-32C. (TFRecord.)
final class EventFile {
    let path: String
    private let descriptor: Int32
    private var pending: [UInt8] = []
    /// The time of the first record that is kept, in seconds since 1970.
    private var oldest = 0.0
    /// Records are kept until there are so many bytes, until one comes so many seconds after the first of them, or until
    /// `flush`.
    private static let room = 1 << 16, patience = 10.0
    private static let made = Atomic(0)

    /// Makes a new file in a folder, which is made where it is missing.
    ///
    /// - Parameters:
    ///   - time: seconds since 1970, for its name and the first record.
    ///   - suffix: the end of its name.
    /// - Throws: `IbexError` of kind `file`.
    init(in folder: String, time: Double, suffix: String) throws {
        try Self.makeFolder(folder)
        let number = Self.made.wrappingAdd(1, ordering: .relaxed).oldValue
        let seconds = String(Int(time))
        let name = String(repeating: "0", count: max(10 - seconds.count, 0)) + seconds
        path = "\(folder)/events.out.tfevents.\(name).\(Self.host).\(getpid()).\(number)\(suffix)"
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw IbexError.system(path, expected: "a folder that can be written to") }
        try append(
            .with {
                $0.wallTime = time
                $0.fileVersion = "brain.Event:2"
                $0.sourceMetadata.writer = "IbexTensorBoard"
            })
    }

    deinit {
        try? flush()
        close(descriptor)
    }

    /// Adds a record.
    ///
    /// - Throws: `IbexError` of kind `file` where the system does not take what was kept so far.
    func append(_ event: ProtoEvent) throws {
        let bytes: [UInt8]
        do { bytes = try event.serializedBytes() } catch {
            throw IbexError(.file, at: path, found: "an event that cannot be written: \(error)", expected: "any other")
        }
        if pending.isEmpty { oldest = event.wallTime }
        pending += Self.record(bytes)
        if pending.count >= Self.room || event.wallTime >= oldest + Self.patience { try flush() }
    }

    /// Writes what was kept.
    func flush() throws {
        var rest = pending[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                throw IbexError.system(path, expected: "room for \(rest.count) bytes more")
            }
            rest = rest.dropFirst(count)
        }
        pending = []
    }

    /// The bytes of a record with this content.
    static func record(_ bytes: [UInt8]) -> [UInt8] {
        let length = littleEndian(UInt64(bytes.count))
        return length + littleEndian(MaskedCRC32C.checksum(length)) + bytes
            + littleEndian(MaskedCRC32C.checksum(bytes))
    }

    private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    static var host: String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, 255)
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Makes a folder and those that it lies in.
    static func makeFolder(_ folder: String) throws {
        guard mkdir(folder, 0o777) != 0, errno != EEXIST else { return }
        if errno == ENOENT, let slash = folder.lastIndex(of: "/"), slash > folder.startIndex {
            try makeFolder(String(folder[..<slash]))
            if mkdir(folder, 0o777) == 0 || errno == EEXIST { return }
        }
        throw IbexError.system(folder, expected: "a folder that can be made")
    }
}
