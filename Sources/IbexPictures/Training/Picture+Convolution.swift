import IbexGraph
import IbexModels
import IbexRuntime

extension Picture {
    /// The filters that a convolution has learnt, each as a small image: orange above 0, blue below, white at 0, all on
    /// one scale. Filters over red, green and blue are drawn in colour, grey at 0.
    ///
    ///     try Picture.filters(of: model.getLayer(named: "conv2d")).write(to: "filters.png")
    ///
    /// - Parameters:
    ///   - layer: a `Conv2D` that is built.
    ///   - inputChannel: which of the input's channels; by default the mean of all where there are others than 1 or 3.
    ///   - most: how many filters are drawn.
    /// - Throws: `IbexError` of kind `argument` for another layer or channel, `state` for one without weights.
    public static func filters(
        of layer: Layer, inputChannel: Int? = nil, most: Int = 64, columns: Int? = nil, title: String? = nil,
        width: Double? = nil
    ) throws -> Picture {
        guard layer is Conv2D else {
            throw layer.argumentError("a layer of class \(layer.className)", expected: "a Conv2D")
        }
        guard let kernel = layer.getWeights().first else {
            throw IbexError(
                .state, at: layer.place, found: "a layer that is not built", expected: "one with weights",
                remedy: "Give the model an Input, or call it once.")
        }
        let filters = FilterBank(kernel.shape, try kernel.doubles())
        guard inputChannel.map((0..<filters.channels).contains) ?? true else {
            throw layer.argumentError(
                "input channel \(inputChannel ?? 0)", expected: "one from 0 to \(filters.channels - 1)")
        }
        let count = min(filters.count, max(most, 1))
        let items = try (0..<count).map { index in
            ImageGrid.Item(image: try filters.image(index, inputChannel), caption: [String(index)])
        }
        let scope = count < filters.count ? "\(count) of \(filters.count) filters" : "\(count) filters"
        var grid = ImageGrid(items: items, columns: columns, title: title ?? "\(layer.name): \(scope)", side: 48)
        let limit = Ticks.name(filters.largest)
        let isColored = inputChannel == nil && filters.channels == 3
        grid.legend =
            isColored
            ? [.init(name: "white \(limit), black -\(limit)", sign: .area(Color(0x808080)))]
            : [
                .init(name: "-\(limit)", sign: .area(ColorMap.diverging.color(0))),
                .init(name: "0", sign: .area(ColorMap.diverging.color(0.5))),
                .init(name: limit, sign: .area(ColorMap.diverging.color(1))),
            ]
        return grid.picture(width: width)
    }

    /// What a convolution, or another layer that yields maps, makes of an image: each map from its own lowest value,
    /// dark, to its own highest, bright.
    ///
    ///     try Picture.activations(of: "conv2d", in: model, for: xTest[..<1]).write(to: "activations.png")
    ///
    /// - Parameters:
    ///   - layer: the name of a layer of the model.
    ///   - image: one sample with its batch axis, as `predict` takes it.
    ///   - most: how many maps are drawn.
    /// - Throws: `IbexError` of kind `name` for a layer that there is not, `shape` for a result that is no maps or for
    ///   another number of samples.
    public static func activations(
        of layer: String, in model: Model, for image: Tensor, most: Int = 64, columns: Int? = nil,
        colors: ColorMap = .night, title: String? = nil, width: Double? = nil
    ) throws -> Picture {
        let layer = try model.getLayer(named: layer)
        let inner = try Model(inputs: model.inputs, outputs: layer.output)
        let maps = try inner.predict(image, verbose: 0)
        guard maps.shape.rank == 4, maps.shape[0] == 1 else {
            throw IbexError(
                .shape, at: layer.place, found: "a result of shape \(maps.shape)",
                expected: "the maps of one sample, (1, height, width, channels)")
        }
        let isFirst = layer.config["data_format"]?.string == "channels_first"
        let tiles = isFirst ? maps[0] : maps[0].transposed([2, 0, 1])
        let (count, height, width_) = (min(tiles.shape[0], max(most, 1)), tiles.shape[1], tiles.shape[2])
        let values = try tiles[..<count].doubles()
        let items = try (0..<count).map { index in
            let own = Array(values[index * height * width_..<(index + 1) * height * width_])
            let (low, high) = (own.min() ?? 0, own.max() ?? 0)
            let pixels = try ImageBuffer(
                values: own, width: width_, height: height, colors: colors, from: low, to: high)
            return ImageGrid.Item(image: pixels, caption: [String(index)])
        }
        let scope = count < tiles.shape[0] ? "\(count) of \(tiles.shape[0]) maps" : "\(count) maps"
        return ImageGrid(items: items, columns: columns, title: title ?? "\(layer.name): \(scope)", side: 64)
            .picture(width: width)
    }
}

/// The kernel of a convolution, (height, width, input channels, filters), filter by filter.
private struct FilterBank {
    let channels, count: Int
    /// The largest magnitude.
    let largest: Double
    private let height, width: Int
    private let values: [Double]

    init(_ shape: Shape, _ values: [Double]) {
        (height, width, channels, count) = (shape[0], shape[1], shape[2], shape[3])
        self.values = values
        largest = values.map(abs).filter(Scale.isShown).max() ?? 0
    }

    private func value(_ pixel: Int, _ channel: Int, _ filter: Int) -> Double {
        values[(pixel * channels + channel) * count + filter]
    }

    func image(_ filter: Int, _ channel: Int?) throws -> ImageBuffer {
        let pixels = 0..<height * width
        if channel == nil, channels == 3 {
            let bytes = pixels.flatMap { pixel in
                (0..<3).map { channel in
                    let share = largest > 0 ? value(pixel, channel, filter) / largest : 0
                    return UInt8(min(max((share.isNaN ? 0 : share) + 1, 0), 2) * 127.5)
                }
            }
            return try ImageBuffer(width: width, height: height, channels: 3, pixels: bytes)
        }
        let shown = pixels.map { pixel in
            if let channel { return value(pixel, channel, filter) }
            return (0..<channels).reduce(0) { $0 + value(pixel, $1, filter) } / Double(channels)
        }
        return try ImageBuffer(
            values: shown, width: width, height: height, colors: .diverging, from: -largest, to: largest)
    }
}
