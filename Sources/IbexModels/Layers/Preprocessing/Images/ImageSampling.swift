import IbexGraph
import IbexRuntime

/// What a picture shows beyond its border.
public enum FillMode: String, Sendable, Hashable, CaseIterable {
    /// d c b a | a b c d | d c b a
    case reflect
    /// a b c d | a b c d | a b c d
    case wrap
    /// k k k k | a b c d | k k k k
    case constant
    /// a a a a | a b c d | d d d d
    case nearest
}

/// How a picture is read between its pixels.
public enum PixelInterpolation: String, Sendable, Hashable, CaseIterable {
    /// The nearest pixel.
    case nearest
    /// The mean of the four pixels around, weighted by nearness.
    case bilinear
}

/// Pictures read at computed places, so that a transformation drawn at random runs inside a compiled step.
struct ImageSampling {
    var fillMode: FillMode
    var interpolation: PixelInterpolation
    var fillValue: Double

    /// Pictures [batch, rows, columns, channels] read at the rows and columns [batch, …, …] given in pixels; the places
    /// are numbers of floating point and may lie outside.
    func callAsFunction(_ images: Tensor, rows: Tensor, columns: Tensor) -> Tensor {
        let (height, width) = (images.shape[1], images.shape[2])
        let (y, x) = (inside(rows, height), inside(columns, width))
        switch interpolation {
        case .nearest:
            return pixels(images, (y + 0.5).floor(), (x + 0.5).floor())
        case .bilinear:
            let (top, left) = (y.floor(), x.floor())
            let (down, right) = ((y - top).expandedDims(axis: -1), (x - left).expandedDims(axis: -1))
            func row(_ y: Tensor) -> Tensor {
                pixels(images, y, left) * (1 - right) + pixels(images, y, left + 1) * right
            }
            return row(top) * (1 - down) + row(top + 1) * down
        }
    }

    /// Places beyond the border brought to what is shown there.
    private func inside(_ place: Tensor, _ extent: Int) -> Tensor {
        let n = Double(extent)
        func remainder(_ a: Tensor, _ b: Double) -> Tensor { a - (a / b).floor() * b }
        switch fillMode {
        case .constant: return place
        case .nearest: return place.clipped(to: 0...(n - 1))
        case .wrap: return remainder(place, n).clipped(to: 0...(n - 1))
        case .reflect:
            let period = remainder(place + 0.5, 2 * n)
            return (Tensor.where(period .< n, period, 2 * n - period) - 0.5).clipped(to: 0...(n - 1))
        }
    }

    /// The pixels at whole rows and columns; the fill value where there are none.
    private func pixels(_ images: Tensor, _ rows: Tensor, _ columns: Tensor) -> Tensor {
        let (batch, height, width) = (images.shape[0], images.shape[1], images.shape[2])
        let y = rows.maximum(0).minimum(Double(height - 1)).cast(to: .int32)
        let x = columns.maximum(0).minimum(Double(width - 1)).cast(to: .int32)
        let first = Tensor.arange(batch).reshaped(batch, 1, 1) * Double(height * width)
        let table = images.reshaped(batch * height * width, images.shape[3])
        let found = table.gathering(first + y * Double(width) + x)
        guard fillMode == .constant else { return found }
        let isInside =
            (rows .>= 0) .& (rows .<= Double(height - 1)) .& (columns .>= 0) .& (columns .<= Double(width - 1))
        return Tensor.where(isInside.expandedDims(axis: -1), found, found.filled(fillValue))
    }
}

extension ImageSampling {
    init(_ config: Config, at place: String) throws(IbexError) {
        self.init(
            fillMode: try config.choice("fill_mode", at: place, default: .reflect),
            interpolation: try config.choice("interpolation", at: place, default: .bilinear),
            fillValue: try config.double("fill_value", at: place, default: 0))
    }

    var config: Config {
        [
            "fill_mode": .string(fillMode.rawValue), "interpolation": .string(interpolation.rawValue),
            "fill_value": .double(fillValue),
        ]
    }
}
