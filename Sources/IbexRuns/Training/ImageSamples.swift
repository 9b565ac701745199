import IbexGraph
import IbexModels

/// Samples that are images: [samples, height, width], or with 1 or 3 channels last.
enum ImageSamples {
    /// Some of the samples as bytes, [samples, height, width, channels]; `nil` where they are no images.
    static func bytes(of samples: Tensor, rows: [Int]) throws -> Tensor? {
        let extents = samples.shape.extents
        guard !rows.isEmpty, extents.count == 3 || extents.count == 4 && [1, 3].contains(extents[3]),
            (4...512).contains(extents[1]), (4...512).contains(extents[2])
        else { return nil }
        let chosen = samples.gathering(Tensor(rows.map { Int32($0) }))
        let numbers = try chosen.doubles()
        let (low, high) = numbers.reduce((Double.infinity, -Double.infinity)) { (min($0.0, $1), max($0.1, $1)) }
        guard low.isFinite, high.isFinite else { return nil }
        // Bytes are pixels already, unless they count up to a few greys only.
        let isPixels = samples.dtype == .uint8 && high > 127
        let (from, to) = isPixels ? (0, 255) : (min(low, 0), max(high, low + 1e-9))
        let pixels = numbers.map { UInt8(max(0, min(255, (($0 - from) / (to - from) * 255).rounded()))) }
        return Tensor(
            shape: Shape([rows.count] + extents[1...2] + [extents.count == 4 ? extents[3] : 1]), scalars: pixels)
    }

    /// The kernel of the first convolution over images, [height, width, inputs, filters]; `nil` where there is none.
    static func filters(of model: Model) -> Tensor? {
        for layer in model.layers {
            if let inner = layer as? Model, let filters = filters(of: inner) { return filters }
            if layer is Conv2D { return layer.getWeights().first }
        }
        return nil
    }
}
