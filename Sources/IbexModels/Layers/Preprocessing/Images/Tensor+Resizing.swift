import IbexGraph
import IbexRuntime

extension Tensor {
    /// Pictures [batch, rows, columns, channels] in another size, with half-pixel centres: row i of the result shows the
    /// place (i + ½) · rows / newRows - ½ of the picture.
    func resized(rows: Int, columns: Int, _ interpolation: Interpolation) -> Tensor {
        let (batch, height, width, channels) = (shape[0], shape[1], shape[2], shape[3])
        var result = self
        if rows != height {
            let weights = Tensor.resizingWeights(from: height, to: rows, interpolation, dtype)
            result = weights.matmul(result.reshaped(batch, height, width * channels))
                .reshaped(batch, rows, width, channels)
        }
        if columns != width {
            let weights = Tensor.resizingWeights(from: width, to: columns, interpolation, dtype)
            result = weights.matmul(result.reshaped(batch * rows, width, channels))
                .reshaped(batch, rows, columns, channels)
        }
        return result
    }

    /// The matrix [to, from] whose rows say of which old elements a new one is made: one or two of them.
    private static func resizingWeights(
        from: Int, to: Int, _ interpolation: Interpolation, _ dtype: DType
    ) -> Tensor {
        var weights = [Double](repeating: 0, count: to * from)
        for new in 0..<to {
            let place = (Double(new) + 0.5) * Double(from) / Double(to)
            if interpolation == .nearest {
                weights[new * from + Swift.min(Int(place), from - 1)] = 1
                continue
            }
            let floor = (place - 0.5).rounded(.down)
            let nearness = place - 0.5 - floor
            weights[new * from + Swift.max(Int(floor), 0)] += 1 - nearness
            weights[new * from + Swift.min(Int(floor) + 1, from - 1)] += nearness
        }
        return Tensor(shape: [to, from], scalars: weights).cast(to: dtype)
    }

    /// The middle part of pictures that has the proportions of another size.
    func croppedToAspect(rows: Int, columns: Int) -> Tensor {
        let (height, width) = (shape[1], shape[2])
        let cropHeight = Swift.max(1, Swift.min(height, width * rows / columns))
        let cropWidth = Swift.max(1, Swift.min(width, height * columns / rows))
        return cropped(
            row: (height - cropHeight) / 2, column: (width - cropWidth) / 2, rows: cropHeight, columns: cropWidth)
    }

    /// A part of pictures [batch, rows, columns, channels].
    func cropped(row: Int, column: Int, rows: Int, columns: Int) -> Tensor {
        narrowed(axis: 1, start: row, count: rows).narrowed(axis: 2, start: column, count: columns)
    }
}
