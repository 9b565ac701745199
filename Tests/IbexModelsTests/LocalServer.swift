import Glibc
import Synchronization

/// A server on a free port of this machine that hears requests of HTTP and answers each with 404.
final class LocalServer: Sendable {
    let port: UInt16
    private let descriptor: Int32
    private let requests = Mutex<[String]>([])

    /// What was heard so far: head and body.
    var heard: [String] { requests.withLock { $0 } }

    struct NoPort: Error {}

    init() throws {
        let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        descriptor = made
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(made, $0, size) == 0 && listen(made, 8) == 0 && getsockname(made, $0, &size) == 0
            }
        }
        guard bound else { throw NoPort() }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }

    /// Hears one request, for which it waits.
    func hearOne() {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 else { return }
        defer { close(connection) }
        var text = ""
        var piece = [UInt8](repeating: 0, count: 4096)
        while !isWhole(text) {
            let count = read(connection, &piece, piece.count)
            guard count > 0 else { break }
            text += String(decoding: piece[..<count], as: UTF8.self)
        }
        requests.withLock { $0.append(text) }
        let answer = Array("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)
        _ = write(connection, answer, answer.count)
    }

    private func isWhole(_ text: String) -> Bool {
        guard let end = text.firstRange(of: "\r\n\r\n") else { return false }
        let length = text[..<end.lowerBound].split(separator: "\r\n").first {
            $0.lowercased().hasPrefix("content-length:")
        }
        return text[end.upperBound...].utf8.count >= length.flatMap { Int($0.dropFirst(15).drop { $0 == " " }) } ?? 0
    }
}
