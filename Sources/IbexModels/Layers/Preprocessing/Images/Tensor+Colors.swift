import IbexGraph

/// Colours as red, green and blue along the last axis, which has three elements.
extension Tensor {
    /// 0.2989 red + 0.587 green + 0.114 blue, [..., 1].
    var grey: Tensor {
        (self[..., 0] * 0.2989 + self[..., 1] * 0.587 + self[..., 2] * 0.114).expandedDims(axis: -1)
    }

    /// Hue (0 to 1: red, green, blue and back to red), saturation and value, each [..., 1].
    ///
    /// The value v is the largest of the three, the saturation (v - least) / v.
    var hueSaturationValue: (hue: Tensor, saturation: Tensor, value: Tensor) {
        let (red, green, blue) = (self[..., 0..<1], self[..., 1..<2], self[..., 2..<3])
        let value = red.maximum(green).maximum(blue)
        let range = value - red.minimum(green).minimum(blue)
        let zero = value.filled(0)
        let saturation = Tensor.where(value .> 0, range / Tensor.where(value .> 0, value, value.filled(1)), zero)
        let sixth = 1 / (Tensor.where(range .> 0, range, range.filled(1)) * 6)
        let fromRed = sixth * (green - blue)
        let fromOthers = Tensor.where(
            value .== green, sixth * (blue - red) + 2.0 / 6, sixth * (red - green) + 4.0 / 6)
        let hue = Tensor.where(value .== red, fromRed, fromOthers)
        let around = Tensor.where(hue .< 0, hue + 1, hue)
        return (Tensor.where(range .> 0, around, zero), saturation, value)
    }

    /// The colours of a hue, a saturation and a value, each [..., 1]: the way back.
    static func colors(hue: Tensor, _ saturation: Tensor, _ value: Tensor) -> Tensor {
        let place = (hue - hue.floor()) * 6
        let shares = [
            (place - 3).abs() - 1, 2 - (place - 2).abs(), 2 - (place - 4).abs(),
        ].map { $0.clipped(to: 0...1) }
        return concatenated(shares.map { value * (1 - saturation + saturation * $0) }, axis: -1)
    }
}

extension ImageLayer {
    /// Checks that pictures, channels last, have three colours.
    func checkColors(_ images: Shape) throws(IbexError) {
        guard images[3] == 3 else {
            throw shapeError(images, expected: "three channels: red, green, blue")
        }
    }
}
