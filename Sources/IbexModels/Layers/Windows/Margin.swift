import IbexGraph
import IbexRuntime

/// How many cells before and after an axis; one number stands for both.
///
///     ZeroPadding1D(2)
///     ZeroPadding1D([1, 2])       // one in front, two behind
public struct Margin: Sendable, Hashable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    /// As given: layers check the count when they are built.
    public let values: [Int]

    public init(_ values: [Int]) { self.values = values }
    public init(_ both: Int) { self.init([both, both]) }
    public init(before: Int, after: Int) { self.init([before, after]) }
    public init(integerLiteral value: Int) { self.init(value) }
    public init(arrayLiteral elements: Int...) { self.init(elements) }

    var before: Int { values[0] }
    var after: Int { values[1] }
}

/// A margin for each spatial axis; one number stands for all.
///
///     ZeroPadding2D(1)                    // one cell on each side
///     ZeroPadding2D([1, 2])               // one row above and below, two columns left and right
///     Cropping2D([[1, 0], [0, 2]])        // one row above, two columns on the right
public struct Margins: Sendable, Hashable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    /// As given: layers check the count when they are built. A single margin stands for all axes.
    public let values: [Margin]

    public init(_ values: [Margin]) { self.values = values }
    public init(_ all: Int) { self.init([Margin(all)]) }
    public init(integerLiteral value: Int) { self.init(value) }
    public init(arrayLiteral elements: Margin...) { self.init(elements) }
}

/// What is added to or cut from the spatial axes of a layer's input.
struct SpatialMargins {
    let layout: SpatialLayout
    let margins: [Margin]
    /// Keras's name of the argument: `padding` or `cropping`.
    let key: String

    init(_ margins: Margins, axes: Int, key: String, format: ImageDataFormat?) {
        layout = SpatialLayout(axes: axes, format: format)
        let lone = margins.values.count == 1
        self.margins = lone ? [Margin](repeating: margins.values[0], count: axes) : margins.values
        self.key = key
    }

    /// Keras writes one pair for one axis, a list of pairs for more; it reads single numbers too.
    init(config: Config, axes: Int, key: String, at place: String) throws(IbexError) {
        layout = try SpatialLayout(axes: axes, config: config, at: place)
        self.key = key
        let value = config[key] ?? .null
        func margin(_ value: ConfigValue) -> Margin? { value.int.map { Margin($0) } ?? value.ints.map { Margin($0) } }
        let margins: [Margin]? =
            if let all = value.int {
                [Margin](repeating: Margin(all), count: axes)
            } else if axes == 1 {
                margin(value).map { [$0] }
            } else {
                value.array?.compactMap(margin)
            }
        guard let margins, axes == 1 || value.array.map({ $0.count == margins.count }) ?? true else {
            throw IbexError(
                .argument, at: "\(place), key \(key)", found: value.description,
                expected: "a whole number, or a number or a pair for each of \(axes) axes")
        }
        self.margins = margins
    }

    var config: Config {
        let pairs = margins.map { ConfigValue($0.values) }
        return [key: layout.axes == 1 ? pairs.first ?? .null : .array(pairs)]
    }

    /// The margins of all axes of an input; those that are not spatial have none.
    func sides(_ rank: Int) -> (before: [Int], after: [Int]) {
        var (before, after) = ([Int](repeating: 0, count: rank), [Int](repeating: 0, count: rank))
        for (axis, margin) in zip(layout.spatial, margins) {
            (before[axis], after[axis]) = (margin.before, margin.after)
        }
        return (before, after)
    }

    /// The layer's only input, or the error that names the layer where the margins or the input make no sense.
    func check(_ layer: Layer, _ inputs: [Shape]) throws(IbexError) -> Shape {
        guard margins.count == layout.axes,
            margins.allSatisfy({ $0.values.count == 2 && $0.values.allSatisfy { $0 >= 0 } })
        else {
            throw layer.argumentError(
                "\(key) \(margins.map(\.values))",
                expected: "\(layout.axes == 1 ? "a pair" : "\(layout.axes) pairs") of numbers, none negative")
        }
        return try layout.check(layer, inputs)
    }
}
