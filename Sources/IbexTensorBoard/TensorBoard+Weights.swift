import IbexGraph
import IbexModels
import IbexRuntime

extension TensorBoard {
    /// Writes the distribution of every weight, and what it looks like where that is asked for.
    func writeWeights(_ epoch: Int) throws {
        guard let model else { return }
        let writer = try writer(.train)
        for layer in model.layers {
            for weight in layer.weights {
                let name = weight.name.replacing(":", with: "_")
                try writer.histogram("\(name)/histogram", weight.value, step: epoch)
                if writeImages, let image = Self.image(of: weight.value) {
                    try writer.image("\(name)/image", image, step: epoch)
                }
            }
        }
    }

    /// A weight as Keras shows it, [images, height, width, channels]; `nil` where it cannot be looked at.
    ///
    /// Axes of extent 1 count for nothing. A vector is a column, a matrix lies on its longer side, of three axes the last
    /// counts the images, and four are taken as they are where the last has 1, 3 or 4 channels.
    static func image(of weight: Tensor) -> Tensor? {
        let extents = weight.shape.extents.filter { $0 != 1 }
        let squeezed = weight.reshaped(to: Shape(extents))
        switch extents.count {
        case 1: return squeezed.reshaped(to: [1, extents[0], 1, 1])
        case 2:
            let (rows, columns) = (extents[0], extents[1])
            let matrix = rows > columns ? squeezed.transposed([1, 0]) : squeezed
            return matrix.reshaped(to: [1, min(rows, columns), max(rows, columns), 1])
        case 3:
            let isLast = Configuration.imageDataFormat() == .channelsLast
            let images = isLast ? squeezed.transposed([2, 0, 1]) : squeezed
            return images.reshaped(to: Shape(images.shape.extents + [1]))
        case 4: return [3, 4].contains(extents[3]) ? squeezed : nil
        default: return nil
        }
    }
}
