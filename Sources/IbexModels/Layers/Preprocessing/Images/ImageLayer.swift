import IbexGraph
import IbexRuntime

/// What the layers share that change pictures: x [batch, rows, columns, channels], or channels first.
public class ImageLayer: Layer {
    public let dataFormat: ImageDataFormat

    init(dataFormat: ImageDataFormat?, name: String?) {
        self.dataFormat = dataFormat ?? defaultDataFormat()
        super.init(name: name)
    }

    /// Checks the arguments against pictures of this channels-last shape, and says how large the results are.
    func size(for images: Shape) throws -> (rows: Int, columns: Int) { (images[1], images[2]) }

    /// The results for channels-last pictures of the layer's type.
    func pictured(_ images: Tensor, _ context: CallContext) throws -> Tensor { images }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        let isLast = dataFormat == .channelsLast
        let input = try single(
            inputs, rank: 4, "batch, \(isLast ? "rows, columns, channels" : "channels, rows, columns")")
        let images: Shape = isLast ? input : [input[0], input[2], input[3], input[1]]
        guard !images.extents.contains(0) else { throw shapeError(input, expected: "at least one pixel") }
        let size = try size(for: images)
        return isLast
            ? [[input[0], size.rows, size.columns, input[3]]] : [[input[0], input[1], size.rows, size.columns]]
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        let x = input.cast(to: dtype)
        guard dataFormat == .channelsFirst else { return try pictured(x, context) }
        return try pictured(x.transposed([0, 2, 3, 1]), context).transposed([0, 3, 1, 2])
    }

    public override var config: Config {
        super.config.merging(["data_format": .string(dataFormat.rawValue)]) { $1 }
    }
}

/// What the layers share that change pictures at random while training, each picture by a draw of its own, and hand them
/// on otherwise.
public class RandomImageLayer: ImageLayer {
    public let seed: UInt64?

    init(seed: UInt64?, dataFormat: ImageDataFormat?, name: String?) {
        self.seed = seed
        super.init(dataFormat: dataFormat, name: name)
    }

    /// The results of a training step for channels-last pictures of the layer's type.
    func changed(_ images: Tensor) throws -> Tensor { images }

    /// The results when not training.
    func unchanged(_ images: Tensor) throws -> Tensor { images }

    override func pictured(_ images: Tensor, _ context: CallContext) throws -> Tensor {
        guard context.training else { return try unchanged(images) }
        return try seed.map { try withRandomSeed($0) { try changed(images) } } ?? changed(images)
    }

    /// A number for each picture, [batch, 1, 1], evenly drawn from a range.
    func draw(_ range: FactorRange, for images: Tensor) -> Tensor {
        let unit = Tensor.randomUniform([images.shape[0], 1, 1], dtype: dtype)
        return unit * (range.upper - range.lower) + range.lower
    }

    public override var config: Config { super.config.merging(["seed": ConfigValue(seed: seed)]) { $1 } }
}

/// The range that a random amount is drawn from. A number f stands for -f to f, a pair for its two ends.
///
///     RandomRotation(0.1)
///     RandomRotation([-0.2, 0.1])
public struct FactorRange: Sendable, Hashable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral
{
    /// As given: layers check the count when they are built.
    public let values: [Double]

    public init(_ values: [Double]) { self.values = values }
    public init(_ factor: Double) { self.init([-abs(factor), abs(factor)]) }
    public init(floatLiteral value: Double) { self.init(value) }
    public init(integerLiteral value: Int) { self.init(Double(value)) }
    public init(arrayLiteral elements: Double...) { self.init(elements) }

    var lower: Double { values.min() ?? 0 }
    var upper: Double { values.max() ?? 0 }
    var configValue: ConfigValue { .array(values.map { .double($0) }) }
    /// One number for a range about 0, as some of Keras's layers write what they were given.
    var shortConfigValue: ConfigValue { values.count == 2 && lower == -upper ? .double(upper) : configValue }

    /// Checks that the range has two ends within bounds.
    func check(_ layer: Layer, _ name: String, within bounds: ClosedRange<Double>) throws(IbexError) {
        guard values.count == 2, bounds.contains(lower), bounds.contains(upper) else {
            throw layer.argumentError(
                "\(name) \(values)", expected: "two numbers from \(bounds.lowerBound) to \(bounds.upperBound)")
        }
    }
}

extension Config {
    /// A random amount under `key`: a number or two.
    func factor(_ key: String, at place: String) throws(IbexError) -> FactorRange {
        if let number = self[key]?.double { return FactorRange(number) }
        return FactorRange(try doubles(key, at: place))
    }
}
