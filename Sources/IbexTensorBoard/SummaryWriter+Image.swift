import FoundationEssentials
import IbexGraph
import IbexPictures
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

    /// A drawing, such as a confusion matrix.
    ///
    ///     try writer.image("history", try history.plot(), step: 0)
    ///
    /// - Throws: beside errors of the file, what drawing throws.
    public func image(_ name: String, _ picture: Picture, step: Int, scale: Double = 2) throws {
        func pixels(_ length: Double) -> Int { Int((length * scale).rounded(.up)) }
        try write(
            [Array(try picture.png(scale: scale))], width: pixels(picture.width), height: pixels(picture.height), name,
            step)
    }

    private func write(_ images: [[UInt8]], width: Int, height: Int, _ name: String, _ step: Int) throws {
        let size = [Array(String(width).utf8), Array(String(height).utf8)]
        try write(
            .strings(size + images, shape: [2 + images.count]), name, step: step, plugin: "images", content: [])
    }
}
