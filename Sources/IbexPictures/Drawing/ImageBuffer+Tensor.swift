import IbexGraph
import IbexRuntime

extension ImageBuffer {
    /// The images of a tensor: (n, height, width), or (n, height, width, channels) with 1, 3 or 4 channels.
    ///
    ///     let digits = try ImageBuffer.images(xTest[..<25])
    ///
    /// - Parameter range: the values that become black and white. By default 0 to 255 for `uint8`, 0 to 1 for numbers
    ///   within, and from the smallest to the largest of all images elsewhere.
    /// - Throws: `IbexError` of kind `shape` for another shape; what the device throws.
    public static func images(_ tensor: Tensor, range: ClosedRange<Double>? = nil) throws -> [ImageBuffer] {
        let shape = tensor.shape
        let channels = shape.rank == 4 ? shape[3] : 1
        guard [3, 4].contains(shape.rank), [1, 3, 4].contains(channels) else {
            throw IbexError(
                .shape, at: "ImageBuffer.images", found: "a tensor of shape \(shape)",
                expected: "(n, height, width) or (n, height, width, channels) with 1, 3 or 4 channels",
                remedy: "For one image, add an axis in front with expandedDims(axis: 0).")
        }
        let values = try tensor.doubles()
        let range = range ?? (tensor.dtype == .uint8 ? 0...255 : usualRange(values))
        let count = shape[1] * shape[2] * channels
        return try (0..<shape[0]).map { index in
            let own = values[index * count..<(index + 1) * count]
            return try ImageBuffer(
                width: shape[2], height: shape[1], channels: channels, pixels: own.map { grey($0, range) })
        }
    }

    private static func usualRange(_ values: [Double]) -> ClosedRange<Double> {
        let shown = values.filter(Scale.isShown)
        let (low, high) = (shown.min() ?? 0, shown.max() ?? 1)
        return low >= 0 && high <= 1 ? 0...1 : low...high
    }

    private static func grey(_ value: Double, _ range: ClosedRange<Double>) -> UInt8 {
        let width = range.upperBound - range.lowerBound
        let share = width > 0 ? (value - range.lowerBound) / width : 0
        return UInt8((min(max(share.isNaN ? 0 : share, 0), 1) * 255).rounded())
    }

    /// Numbers as colours: what is `low` or less has a map's first colour, what is `high` or more its last.
    ///
    /// - Parameter values: row by row, `width` times `height` of them.
    /// - Throws: `IbexError` as `init(width:height:channels:pixels:)`.
    public init(
        values: [Double], width: Int, height: Int, colors: ColorMap, from low: Double, to high: Double
    ) throws(IbexError) {
        let table = (0...255).map { colors.color(Double($0) / 255).bytes }
        let pixels = values.flatMap { table[Int(Self.grey($0, min(low, high)...max(low, high)))] }
        try self.init(width: width, height: height, channels: 3, pixels: pixels)
    }
}
