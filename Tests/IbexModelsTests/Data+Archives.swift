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

/// An array of doubles in NumPy's format, with the header that NumPy writes.
func npy(_ extents: [Int], _ values: [Double], type: String = "<f8") -> [UInt8] {
    let tuple = extents.count == 1 ? "(\(extents[0]),)" : "(" + extents.map(String.init).joined(separator: ", ") + ")"
    var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(tuple), }"
    header += String(repeating: " ", count: 128 - 10 - 1 - header.count) + "\n"
    let elements = values.flatMap { value in
        type == "<f8"
            ? withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init)
            : withUnsafeBytes(of: Float(value).bitPattern.littleEndian, Array.init)
    }
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8) + elements
}

/// What Python's `zipfile` made of `a.txt` with `hello` stored and `b.txt` with 100 times `x` deflated.
func zipOfPython() throws -> [UInt8] {
    let text =
        "UEsDBBQAAAAAAAAAIQCGphA2BQAAAAUAAAAFAAAAYS50eHRoZWxsb1BLAwQUAAAACAAAACEAj10OXgYAAABkAAAABQAAAGIu"
        + "dHh0q6igPQAAUEsBAhQDFAAAAAAAAAAhAIamEDYFAAAABQAAAAUAAAAAAAAAAAAAAIABAAAAAGEudHh0UEsBAhQDFAAAAAgA"
        + "AAAhAI9dDl4GAAAAZAAAAAUAAAAAAAAAAAAAAIABKAAAAGIudHh0UEsFBgAAAAACAAIAZgAAAFEAAAAAAA=="
    return try [UInt8](#require(Data(base64Encoded: text)))
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
