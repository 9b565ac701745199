import FoundationEssentials
import IbexArrays
import IbexGraph
import IbexRuntime

extension SummaryWriter {
    /// Pictures of pixels.
    ///
    ///     try writer.image("samples", x[0..<8], step: 0, maxOutputs: 8)
    ///
    /// - Parameters:
    ///   - images: [images, height, width, channels], with 1 channel for grey, 3 for red, green, blue, 2 or 4 where the
    ///     last is opacity. `uint8` counts to 255; of other types 0 is black and 1 white, and what is beyond is cut.
    ///   - maxOutputs: only so many of the first are written.
    /// - Throws: beside errors of the file, `IbexError` of kind `shape` for another shape, and what computing the tensor
    ///   throws.
    public func image(_ name: String, _ images: Tensor, step: Int, maxOutputs: Int = 3) throws {
        let extents = images.shape.extents
        guard extents.count == 4, (1...4).contains(extents[3]), extents[1] > 0, extents[2] > 0 else {
            throw IbexError(
                .shape, at: "image \"\(name)\"", found: "shape \(images.shape)",
                expected: "[images, height, width, channels] with 1 to 4 channels")
        }
        let shown = min(max(maxOutputs, 0), extents[0])
        let values = shown == 0 ? [] : try images[0..<shown].doubles()
        let scale = images.dtype == .uint8 ? 1 : 255.5
        let pixels = values.map { UInt8(min(max($0.isNaN ? 0 : $0 * scale, 0), 255)) }
        let size = extents[1...].reduce(1, *)
        let encoded = try (0..<shown).map { index in
            try PNGImage(
                width: extents[2], height: extents[1], channels: extents[3],
                pixels: pixels[index * size..<(index + 1) * size]
            ).encoded()
        }
        try write(encoded, width: extents[2], height: extents[1], name, step)
    }

    /// A PNG, such as a drawing of `IbexPictures`.
    ///
    ///     try writer.image("history", png: try history.plot().png(), step: 0)
    ///
    /// - Throws: beside errors of the file, `IbexError` of kind `data` for bytes that are no PNG.
    public func image(_ name: String, png: some Sequence<UInt8>, step: Int) throws {
        let bytes = Array(png)
        // Behind the signature, the length and the name of the first chunk: width and height.
        guard bytes.count > 24, bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else {
            throw IbexError(
                .data, at: "image \"\(name)\"", found: "\(bytes.count) bytes that are no PNG", expected: "a PNG")
        }
        func number(at place: Int) -> Int { bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
        try write([bytes], width: number(at: 16), height: number(at: 20), name, step)
    }

    private func write(_ images: [[UInt8]], width: Int, height: Int, _ name: String, _ step: Int) throws {
        let size = [Array(String(width).utf8), Array(String(height).utf8)]
        try write(
            .strings(size + images, shape: [2 + images.count]), name, step: step, plugin: "images", content: [])
    }
}
