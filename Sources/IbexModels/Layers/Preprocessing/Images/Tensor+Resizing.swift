import IbexGraph
import IbexRuntime

extension Tensor {
    /// Pictures [batch, rows, columns, channels] in another size, with half-pixel centres: row i of the result shows the
    /// place (i + ½) · rows / newRows - ½ of the picture.
    func resized(rows: Int, columns: Int, _ interpolation: Interpolation) -> Tensor {
        var result = self
        for (axis, extent) in [(1, rows), (2, columns)] where shape[axis] != extent {
            result = result.mixed(along: axis, by: interpolation.shares(from: shape[axis], to: extent))
        }
        return result
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
