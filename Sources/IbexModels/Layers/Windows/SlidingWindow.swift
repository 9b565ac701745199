import IbexGraph
import IbexRuntime

/// The common part of layers that slide a window over one, two or three spatial axes.
struct SlidingWindow {
    let size: [Int]
    let strides: [Int]
    let dilation: [Int]
    let padding: Padding
    let layout: SpatialLayout

    init(
        axes: Int, size: [Int], strides: [Int], dilation: [Int]? = nil, padding: Padding, format: ImageDataFormat?
    ) {
        self.init(
            size: size, strides: strides, dilation: dilation ?? [Int](repeating: 1, count: axes), padding: padding,
            layout: SpatialLayout(axes: axes, format: format))
    }

    private init(size: [Int], strides: [Int], dilation: [Int], padding: Padding, layout: SpatialLayout) {
        self.size = size
        self.strides = strides
        self.dilation = dilation
        self.padding = padding
        self.layout = layout
    }

    /// Reads what Keras's configuration of a layer says of its window.
    ///
    /// - Parameter size: the key of the window's size; a pooling's strides are its size where none are given.
    init(config: Config, axes: Int, size: String, at place: String) throws(IbexError) {
        let window = try config.sizes(size, axes, at: place)
        let one = [Int](repeating: 1, count: axes)
        self.init(
            size: window,
            strides: try config.sizes("strides", axes, at: place, default: size == "pool_size" ? window : one),
            dilation: try config.sizes("dilation_rate", axes, at: place, default: one),
            padding: try Padding(config: config, at: place),
            layout: try SpatialLayout(axes: axes, config: config, at: place))
    }

    func config(size key: String) -> Config {
        layout.config.merging([
            key: ConfigValue(size), "strides": ConfigValue(strides), "padding": .string(padding.rawValue),
        ]) { $1 }
    }

    /// The window over spatial axes of these extents.
    func window(over extents: [Int]) -> Window {
        var window = Window(
            size: size, strides: strides, dilation: dilation, same: padding == .same, input: extents)
        if padding == .causal { window.low = size.indices.map { window.extent($0) - 1 } }
        return window
    }

    /// Throws an error that names the layer where the window's own numbers make none.
    func checkNumbers(_ layer: Layer, allowsCausal: Bool = false) throws(IbexError) {
        for (name, values) in [("window", size), ("strides", strides), ("dilation", dilation)]
        where values.count != layout.axes || !values.allSatisfy({ $0 > 0 }) {
            throw layer.argumentError("\(name) \(values)", expected: layout.wanted("positive"))
        }
        guard strides.allSatisfy({ $0 == 1 }) || dilation.allSatisfy({ $0 == 1 }) else {
            throw layer.argumentError(
                "strides \(strides) with dilation \(dilation)", expected: "one of the two to be 1")
        }
        guard padding != .causal || allowsCausal else {
            throw layer.argumentError(
                "padding .causal", expected: ".valid or .same", remedy: "Only Conv1D knows causal padding.")
        }
    }

    /// How many positions the window takes along each spatial axis of an input.
    ///
    /// - Throws: `IbexError` that names the layer where the window is larger than the input.
    func positions(_ layer: Layer, over input: Shape) throws(IbexError) -> [Int] {
        let extents = layout.extents(input)
        let window = window(over: extents)
        let positions = extents.enumerated().map { window.positions($0, input: $1) }
        guard positions.allSatisfy({ $0 > 0 }) else {
            let least = layout.names.enumerated().map { "\(window.extent($0)) \($1)" }
            throw layer.shapeError(
                input, expected: "at least \(least.joined(separator: ", "))",
                remedy: "Use a smaller window, or padding .same.")
        }
        return positions
    }
}
