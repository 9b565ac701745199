import Foundation

/// How long the system itself takes for a file that lies in the page cache, piece by piece.
struct PlainFile {
    let byteCount: Int
    private let path: String

    private static let pieceBytes = 8 << 20

    init(_ path: String) throws {
        self.path = path
        byteCount = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    }

    /// Reading into one buffer again and again, and into new memory of the file's size.
    func read(rounds: Int) -> (reused: Double, fresh: Double) {
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        _ = read(descriptor, into: Self.pieceBytes)
        let reused = (0..<rounds).map { _ in read(descriptor, into: Self.pieceBytes) }
        let fresh = (0..<rounds).map { _ in read(descriptor, into: byteCount) }
        return (reused.min() ?? 0, fresh.min() ?? 0)
    }

    private func read(_ descriptor: Int32, into size: Int) -> Double {
        let start = MonotonicClock.now()
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 4096)
        defer { buffer.deallocate() }
        var done = 0
        while done < byteCount {
            let count = pread(descriptor, buffer + done % size, min(size - done % size, byteCount - done), off_t(done))
            guard count > 0 else { break }
            done += count
        }
        return MonotonicClock.now() - start
    }

    /// Writing as many bytes from one buffer to a new file that takes another's name, with a flush to the disk before it
    /// or without.
    func write(to other: String, rounds: Int, isFlushed: Bool) throws -> Double {
        defer { unlink(other) }
        return try (0..<rounds).map { _ in try write(to: other, isFlushed: isFlushed) }.min() ?? 0
    }

    private func write(to other: String, isFlushed: Bool) throws -> Double {
        let buffer = [UInt8](repeating: 1, count: Self.pieceBytes)
        let start = MonotonicClock.now()
        let descriptor = open("\(other).part", O_WRONLY | O_CREAT | O_TRUNC, 0o666)
        defer { close(descriptor) }
        var done = 0
        while done < byteCount {
            let count = pwrite(descriptor, buffer, min(buffer.count, byteCount - done), off_t(done))
            guard count > 0 else { throw ChildRun.Failure(description: "\(other) cannot be written") }
            done += count
        }
        if isFlushed { fsync(descriptor) }
        rename("\(other).part", other)
        return MonotonicClock.now() - start
    }
}
