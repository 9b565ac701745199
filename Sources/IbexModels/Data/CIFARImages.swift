import IbexGraph
import IbexRuntime

/// Images of 32x32 pixels in three colours, and their classes.
struct CIFARImages: Sendable {
    static let (planeSize, colors) = (32 * 32, 3)
    static let recordSize = 1 + colors * planeSize

    let format: ImageDataFormat
    private(set) var pixels: [UInt8]
    private(set) var labels: [UInt8]

    init(count: Int, _ format: ImageDataFormat) {
        self.format = format
        pixels = [UInt8](repeating: 0, count: count * Self.colors * Self.planeSize)
        labels = [UInt8](repeating: 0, count: count)
    }

    /// Puts records to where their first image goes.
    /// - Throws: `IbexError` of kind `file` for a class above 9.
    mutating func put(_ records: [UInt8], from first: Int, at place: String) throws {
        let count = records.count / Self.recordSize
        for image in 0..<count {
            let label = records[image * Self.recordSize]
            guard label < 10 else {
                throw IbexError(
                    .file, at: place, found: "the class \(label) of image \(image)", expected: "classes from 0 to 9",
                    remedy: "The file is damaged or of another data set: remove it and fetch it again.")
            }
            labels[first + image] = label
        }
        let isLast = format == .channelsLast
        pixels.withUnsafeMutableBufferPointer { pixels in
            records.withUnsafeBufferPointer { records in
                for image in 0..<count {
                    let from = image * Self.recordSize + 1
                    let to = (first + image) * Self.colors * Self.planeSize
                    for color in 0..<Self.colors {
                        let plane = from + color * Self.planeSize
                        let (start, step) = isLast ? (to + color, Self.colors) : (to + color * Self.planeSize, 1)
                        for pixel in 0..<Self.planeSize { pixels[start + pixel * step] = records[plane + pixel] }
                    }
                }
            }
        }
    }

    /// Images `(n, 32, 32, 3)` or `(n, 3, 32, 32)` and classes `(n, 1)`, as Keras has them.
    func tensors() -> (x: Tensor, y: Tensor) {
        let shape: Shape = format == .channelsLast ? [labels.count, 32, 32, 3] : [labels.count, 3, 32, 32]
        return (
            Tensor(HostData(pixels), TensorType(shape, .uint8)),
            Tensor(HostData(labels), TensorType([labels.count, 1], .uint8))
        )
    }
}
