import FoundationEssentials
import Testing

/// A tar archive as the format's definition has it: a plain file for each name, a folder for a name that ends in `/`.
func tar(_ files: [(name: String, contents: [UInt8])]) -> [UInt8] {
    var archive: [UInt8] = []
    for (name, contents) in files {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at start: Int) {
            header.replaceSubrange(start..<start + text.utf8.count, with: text.utf8)
        }
        func octal(_ number: Int, digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: digits - text.count) + text
        }
        put(name, at: 0)
        put(octal(contents.count, digits: 11), at: 124)
        put(String(repeating: " ", count: 8), at: 148)
        put(name.hasSuffix("/") ? "5" : "0", at: 156)
        put("ustar", at: 257)
        put(octal(header.reduce(0) { $0 + Int($1) }, digits: 6) + "\0 ", at: 148)
        archive += header + contents + [UInt8](repeating: 0, count: (512 - contents.count % 512) % 512)
    }
    return archive + [UInt8](repeating: 0, count: 1024)
}

/// What `numpy.savez_compressed` made of two arrays of doubles: `x`, ten rows of thirteen times the row's number, and
/// `y`, one and a half times the row's number.
func npzOfNumPy() throws -> [UInt8] {
    let text =
        "UEsDBC0AAAAIAAAAIQC5d9ZH//////////8FABQAeC5ucHkBABAAkAQAAAAAAABpAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxc"
        + "pG6loG6TZqGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GoYGOgqGxpo6CrUKZAIuBrqCD/b0oRkc6ENz0IkWoBMt"
        + "Qidagk60DJ1oBTrRSjSnAVBLAwQtAAAACAAAACEAcz5BVv//////////BQAUAHkubnB5AQAQANAAAAAAAAAAYQAAAAAAAACb"
        + "7BfqGxDJyFDGUK2eklqcXKRupaBuk2ahrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqGBjqaOgq1CuQDLgYU8MMe"
        + "QnM4QGghKC0BpeWgtBKUVoXSGlBa2wEAUEsBAi0DLQAAAAgAAAAhALl31kdpAAAAkAQAAAUAAAAAAAAAAAAAAIABAAAAAHgu"
        + "bnB5UEsBAi0DLQAAAAgAAAAhAHM+QVZhAAAA0AAAAAUAAAAAAAAAAAAAAIABoAAAAHkubnB5UEsFBgAAAAACAAIAZgAAADgB"
        + "AAAAAA=="
    return try [UInt8](#require(Data(base64Encoded: text)))
}
