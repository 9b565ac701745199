import CIbexZlib
import IbexGraph

/// Pixels on their way into a PNG (ISO/IEC 15948): 8 bits a channel, rows unfiltered, packed by zlib.
///
///     let bytes = try PNGImage(width: 2, height: 1, channels: 1, pixels: [0, 255]).encoded()
package struct PNGImage {
    let width, height: Int
    let channels: Int
    let pixels: ArraySlice<UInt8>

    /// - Parameters:
    ///   - channels: 1 grey, 2 grey and opacity, 3 red, green, blue, 4 those and opacity.
    ///   - pixels: row by row, the channels of a pixel beside each other.
    /// - Precondition: there are `width * height * channels` numbers, 1 to 4 channels, and at least one pixel.
    package init(width: Int, height: Int, channels: Int, pixels: ArraySlice<UInt8>) {
        precondition(
            width > 0 && height > 0 && (1...4).contains(channels) && pixels.count == width * height * channels,
            "PNGImage: found \(pixels.count) numbers; expected \(width)x\(height) pixels of \(channels) channels, 1 to 4"
        )
        (self.width, self.height, self.channels, self.pixels) = (width, height, channels, pixels)
    }

    /// The file's bytes.
    ///
    /// - Throws: `IbexError` of kind `memory` where zlib has no room.
    package func encoded() throws -> [UInt8] {
        let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        let colorTypes: [UInt8] = [0, 4, 2, 6]
        let header = bigEndian(width) + bigEndian(height) + [8, colorTypes[channels - 1], 0, 0, 0]
        return signature + chunk("IHDR", header) + chunk("IDAT", try packed(rows)) + chunk("IEND", [])
    }

    /// Each row behind the number of its filter: 0, none.
    private var rows: [UInt8] {
        var (rows, rest) = ([UInt8](), pixels)
        rows.reserveCapacity(pixels.count + height)
        for _ in 0..<height {
            rows.append(0)
            rows += rest.prefix(width * channels)
            rest = rest.dropFirst(width * channels)
        }
        return rows
    }

    private func packed(_ bytes: [UInt8]) throws -> [UInt8] {
        var count = compressBound(uLong(bytes.count))
        var packed = [UInt8](repeating: 0, count: Int(count))
        let status = compress2(&packed, &count, bytes, uLong(bytes.count), Z_DEFAULT_COMPRESSION)
        guard status == Z_OK else {
            throw IbexError(
                .memory, at: "a PNG of \(width) by \(height)", found: "zlib's error \(status)",
                expected: "room to pack \(bytes.count) bytes")
        }
        return Array(packed.prefix(Int(count)))
    }

    /// Length, name, content, and the CRC-32 of name and content.
    private func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let checked = Array(name.utf8) + content
        return bigEndian(content.count) + checked + bigEndian(Int(crc32(0, checked, uInt(checked.count))))
    }

    private func bigEndian(_ value: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: value).bigEndian) { Array($0) }
    }
}
