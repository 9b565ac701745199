import CIbexZlib
import Glibc
import IbexGraph

/// Bytes of a file or of memory, read from front to back in pieces and unpacked on the way where they are gzipped.
///
/// Nothing but a buffer of 64 KiB is held, however much the file unpacks to.
final class UnpackedBytes {
    /// The file's path, or what to call bytes that come from memory.
    let place: String
    /// How many bytes can come out at most: what deflate's best ratio, 1032 to 1, makes of the packed size.
    let bound: Int

    private static let bufferSize = 1 << 16
    private let descriptor: Int32
    private let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: bufferSize)
    // inflate keeps the address of its stream, so the stream must not move.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private var isPacked = false
    private var atMemberStart = true

    /// Opens a file.
    /// - Parameter unpacks: whether to unpack it where it is gzipped; else its bytes come as they are.
    /// - Throws: `IbexError` of kind `file` where it cannot be opened or read.
    init(path: String, unpacks: Bool = true) throws {
        place = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        stream.initialize(to: z_stream())
        var status = stat()
        let opened = descriptor >= 0 && fstat(descriptor, &status) == 0
        bound = opened ? Self.bound(of: Int(status.st_size)) : 0
        guard opened else { throw Self.failure(path, expected: "a readable file") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw IbexError(.file, at: path, found: "something that is no plain file", expected: "a readable file")
        }
        try refill()
        if unpacks { try begin() }
    }

    /// Reads bytes that stay where they are, as embedded data does.
    init(_ bytes: UnsafePointer<UInt8>, count: Int, place: String) throws {
        self.place = place
        descriptor = -1
        bound = Self.bound(of: count)
        stream.initialize(to: z_stream())
        stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes)
        stream.pointee.avail_in = UInt32(count)
        try begin()
    }

    deinit {
        if isPacked { inflateEnd(stream) }
        if descriptor >= 0 { close(descriptor) }
        stream.deallocate()
        buffer.deallocate()
    }

    /// Fills a buffer and returns how much of it: less than the whole only at the end of the bytes.
    /// - Throws: `IbexError` of kind `file` for a file that cannot be read, is cut short or does not unpack.
    func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
        guard let base = target.assumingMemoryBound(to: UInt8.self).baseAddress else { return 0 }
        var done = 0
        while done < target.count {
            let (next, room) = (base + done, target.count - done)
            let step = try isPacked ? unpack(to: next, room) : copy(to: next, room)
            if step == 0 { break }
            done += step
        }
        return done
    }

    /// All bytes from here to the end.
    /// - Throws: as `read(into:)`, and where there are more than `limit`.
    func readToEnd(limit: Int = 1 << 30) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try forEachPiece { piece in
            guard bytes.count + piece.count <= limit else {
                throw IbexError(
                    .file, at: place, found: "more than \(limit) bytes", expected: "at most so many",
                    remedy: "Is this the file of another data set?")
            }
            bytes += piece
        }
        return bytes
    }

    /// Hands all bytes from here to the end to a function, piece by piece.
    func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        var piece = [UInt8](repeating: 0, count: Self.bufferSize)
        while true {
            let count = try piece.withUnsafeMutableBytes { try read(into: $0) }
            if count == 0 { return }
            try piece.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }

    private func begin() throws {
        guard stream.pointee.avail_in >= 2, stream.pointee.next_in[0] == 0x1f, stream.pointee.next_in[1] == 0x8b
        else { return }
        guard ibex_inflate_init_gzip(stream) == Z_OK else {
            throw IbexError(.memory, at: place, found: "no memory to unpack with", expected: "about 50 kB")
        }
        isPacked = true
    }

    private func refill() throws {
        guard descriptor >= 0 else { return }
        var count = Glibc.read(descriptor, buffer, Self.bufferSize)
        while count < 0, errno == EINTR { count = Glibc.read(descriptor, buffer, Self.bufferSize) }
        guard count >= 0 else { throw Self.failure(place, expected: "a readable file") }
        stream.pointee.next_in = buffer
        stream.pointee.avail_in = UInt32(count)
    }

    private func copy(to target: UnsafeMutablePointer<UInt8>, _ count: Int) throws -> Int {
        if stream.pointee.avail_in == 0 { try refill() }
        let taken = min(count, Int(stream.pointee.avail_in))
        guard taken > 0 else { return 0 }
        target.update(from: stream.pointee.next_in, count: taken)
        stream.pointee.next_in += taken
        stream.pointee.avail_in -= UInt32(taken)
        return taken
    }

    /// Unpacks up to `count` bytes; a gzip file may have several members, one behind the other.
    private func unpack(to target: UnsafeMutablePointer<UInt8>, _ count: Int) throws -> Int {
        let room = min(count, 1 << 30)
        stream.pointee.next_out = target
        stream.pointee.avail_out = UInt32(room)
        while Int(stream.pointee.avail_out) == room {
            if stream.pointee.avail_in == 0 { try refill() }
            if stream.pointee.avail_in == 0 {
                if atMemberStart { return 0 }
                throw IbexError(
                    .file, at: place, found: "the end of the file inside its packed data",
                    expected: "a whole gzip file", remedy: "Fetch the file again.")
            }
            atMemberStart = false
            switch inflate(stream, Z_NO_FLUSH) {
            case Z_OK, Z_BUF_ERROR: continue
            case Z_STREAM_END:
                atMemberStart = true
                inflateReset(stream)
            default:
                let reason = stream.pointee.msg.map { String(cString: $0) } ?? "damaged data"
                throw IbexError(
                    .file, at: place, found: "packed data that does not unpack (\(reason))",
                    expected: "a whole gzip file", remedy: "Fetch the file again.")
            }
        }
        return room - Int(stream.pointee.avail_out)
    }

    private static func bound(of count: Int) -> Int {
        let (product, overflow) = count.multipliedReportingOverflow(by: 1032)
        return overflow ? Int.max : product
    }

    private static func failure(_ path: String, expected: String) -> IbexError {
        IbexError(.file, at: path, found: String(cString: strerror(errno)), expected: expected)
    }
}
