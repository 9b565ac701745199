import IbexGraph
import IbexRuntime

/// Where the spatial axes and the channels of a layer's input lie.
struct SpatialLayout {
    /// How many spatial axes there are: 1 to 3.
    let axes: Int
    let format: ImageDataFormat

    init(axes: Int, format: ImageDataFormat?) {
        self.axes = axes
        self.format = format ?? defaultDataFormat()
    }

    init(axes: Int, config: Config, at place: String) throws(IbexError) {
        let name = try config.string("data_format", at: place, default: defaultDataFormat().rawValue)
        guard let format = ImageDataFormat(rawValue: name) else {
            throw IbexError(
                .argument, at: "\(place), key data_format", found: "\"\(name)\"",
                expected: "\"channels_last\" or \"channels_first\"")
        }
        self.init(axes: axes, format: format)
    }

    var config: Config { ["data_format": .string(format.rawValue)] }

    /// What the spatial axes are called.
    var names: [String] { Array(axes == 1 ? ["steps"] : ["depth", "rows", "columns"].suffix(axes)) }

    /// The spatial axes of an input, in order.
    var spatial: Range<Int> { format == .channelsLast ? 1..<axes + 1 : 2..<axes + 2 }

    var channelAxis: Int { format == .channelsLast ? axes + 1 : 1 }

    /// "two positive numbers", for an error about an argument with one for each spatial axis.
    func wanted(_ what: String) -> String {
        axes == 1 ? "one \(what) number" : "\(axes == 2 ? "two" : "three") \(what) numbers"
    }

    /// The layer's only input, or the error that names the layer where it has the wrong number of axes.
    func check(_ layer: Layer, _ inputs: [Shape]) throws(IbexError) -> Shape {
        let input = try layer.single(inputs)
        guard input.rank == axes + 2 else {
            let order = format == .channelsLast ? names + ["channels"] : ["channels"] + names
            throw layer.shapeError(
                input,
                expected: "\(["three", "four", "five"][axes - 1]) axes: batch, \(order.joined(separator: ", "))")
        }
        return input
    }

    /// The extents along the spatial axes.
    func extents(_ input: Shape) -> [Int] { Array(input.extents[spatial]) }

    /// The shape with other extents along the spatial axes.
    func replacing(_ input: Shape, with extents: [Int]) -> Shape {
        zip(spatial, extents).reduce(input) { $0.replacing(axis: $1.0, with: $1.1) }
    }

    /// The order in which the axes of an input stand channels last.
    private var order: [Int] { [0] + spatial + [channelAxis] }

    func toChannelsLast(_ shape: Shape) -> Shape { Shape(order.map { shape[$0] }) }
    func toChannelsLast(_ x: Tensor) -> Tensor { x.transposed(order) }

    private var inverse: [Int] {
        format == .channelsLast ? order : [0, axes + 1] + Array(1...axes)
    }

    func fromChannelsLast(_ shape: Shape) -> Shape { Shape(inverse.map { shape[$0] }) }
    func fromChannelsLast(_ x: Tensor) -> Tensor { x.transposed(inverse) }
}
