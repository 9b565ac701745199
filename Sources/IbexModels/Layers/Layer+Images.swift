import IbexGraph
import IbexRuntime

/// The common part of layers that slide a window over images.
struct ImageWindow {
    var size: IntPair
    var strides: IntPair
    var dilation: IntPair = 1
    var padding: Padding
    var format: ImageDataFormat

    /// The window over an image of this channels-last shape.
    func window(over image: Shape) -> Window {
        Window(
            size: size.values, strides: strides.values, dilation: dilation.values, same: padding == .same,
            input: [image[1], image[2]])
    }

    func toChannelsLast(_ shape: Shape) -> Shape {
        format == .channelsLast ? shape : [shape[0], shape[2], shape[3], shape[1]]
    }

    func fromChannelsLast(_ shape: Shape) -> Shape {
        format == .channelsLast ? shape : [shape[0], shape[3], shape[1], shape[2]]
    }

    func toChannelsLast(_ x: Tensor) -> Tensor { format == .channelsLast ? x : x.transposed([0, 2, 3, 1]) }
    func fromChannelsLast(_ x: Tensor) -> Tensor { format == .channelsLast ? x : x.transposed([0, 3, 1, 2]) }

    /// The channels-last shape of images that the window fits, or the error that names the layer.
    func check(_ layer: Layer, _ inputs: [Shape]) throws(IbexError) -> Shape {
        let input = try layer.single(inputs)
        for (name, pair) in [("window", size), ("strides", strides), ("dilation", dilation)]
        where !pair.isPositivePair {
            throw layer.argumentError("\(name) \(pair.values)", expected: "two positive numbers")
        }
        guard input.rank == 4 else {
            let axes = format == .channelsLast ? "rows, columns, channels" : "channels, rows, columns"
            throw layer.shapeError(input, expected: "four axes: batch, \(axes)")
        }
        let image = toChannelsLast(input)
        let window = window(over: image)
        guard window.positions(0, input: image[1]) > 0, window.positions(1, input: image[2]) > 0 else {
            throw layer.shapeError(
                input, expected: "at least \(window.extent(0)) rows and \(window.extent(1)) columns",
                remedy: "Use a smaller window, or padding .same.")
        }
        return image
    }

    func positions(over image: Shape) -> (rows: Int, columns: Int) {
        let window = window(over: image)
        return (window.positions(0, input: image[1]), window.positions(1, input: image[2]))
    }

    init(
        size: IntPair, strides: IntPair, dilation: IntPair = 1, padding: Padding, format: ImageDataFormat?
    ) {
        self.size = size
        self.strides = strides
        self.dilation = dilation
        self.padding = padding
        self.format = format ?? defaultDataFormat()
    }

    /// Reads strides, padding and data format from a layer's configuration.
    init(config: Config, size: String, defaultStrides: IntPair?, place: String) throws(IbexError) {
        func pair(_ key: String, _ fallback: IntPair?) throws(IbexError) -> IntPair {
            if let number = config[key]?.int { return IntPair(number) }
            return IntPair(try config.ints(key, at: place, default: fallback?.values))
        }
        let window = try pair(size, nil)
        let padding = try config.string("padding", at: place, default: "valid").lowercased()
        let format = try config.string("data_format", at: place, default: defaultDataFormat().rawValue)
        guard let known = Padding(rawValue: padding), let data = ImageDataFormat(rawValue: format) else {
            throw IbexError(
                .argument, at: place, found: "padding \(padding), data_format \(format)",
                expected: "valid or same; channels_last or channels_first")
        }
        self.init(
            size: window, strides: try pair("strides", defaultStrides ?? window),
            dilation: try pair("dilation_rate", 1), padding: known, format: data)
    }
}
