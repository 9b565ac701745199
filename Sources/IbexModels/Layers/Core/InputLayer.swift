import IbexGraph

/// Says what a model is given: the shape of one sample.
public final class InputLayer: Layer, ConfiguredLayer {
    /// The shape without the batch.
    public let shape: Shape
    /// The fixed batch size, where there is one.
    public let batchSize: Int?
    /// Whether it was made for the first data that came: other data may have another shape.
    private let takesAnyShape: Bool

    public init(shape: Shape, batchSize: Int? = nil, dtype: DType? = nil, name: String? = nil) {
        self.shape = shape
        self.batchSize = batchSize
        takesAnyShape = false
        super.init(name: name)
        if let dtype { self.dtype = dtype }
        isBuilt = true
    }

    /// The entry of a model that was not told its input: what came first has this shape, batch included.
    init(sample: Shape) {
        shape = Shape(Array(sample.extents.dropFirst()))
        batchSize = nil
        takesAnyShape = true
        super.init(name: nil)
        isBuilt = true
    }

    public convenience init(config: Config) throws {
        let shape = config["batch_shape"]?.array ?? config["batch_input_shape"]?.array
        guard let shape, let first = shape.first else {
            throw IbexError(
                .argument, at: "InputLayer, key batch_shape", found: config["batch_shape"]?.description ?? "nothing",
                expected: "an array that begins with the batch size or null")
        }
        let extents = shape.dropFirst().compactMap(\.int)
        guard extents.count == shape.count - 1, extents.allSatisfy({ $0 >= 0 }) else {
            throw IbexError(
                .argument, at: "InputLayer, key batch_shape", found: ConfigValue.array(shape).description,
                expected: "a number for every axis but the batch")
        }
        self.init(shape: Shape(extents), batchSize: first.int, name: config["name"]?.string)
        try applyCommon(config)
    }

    /// The shape with the batch in front; 1 stands for a batch that is not known.
    var batchShape: Shape { Shape([batchSize ?? 1] + shape.extents) }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor { input }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        let input = try single(inputs)
        guard takesAnyShape || Array(input.extents.dropFirst()) == shape.extents, input.rank > 0 else {
            let expected = (["batch"] + shape.extents.map(String.init)).joined(separator: ", ")
            throw shapeError(input, expected: "(\(expected))")
        }
        return inputs
    }

    public override var config: Config {
        [
            "name": .string(name), "dtype": .string(dtype.rawValue), "sparse": false, "ragged": false,
            "optional": false,
            "batch_shape": .array([ConfigValue(batchSize)] + shape.extents.map { .int($0) }),
        ]
    }
}

/// The first layer of a `Sequential`: the shape of one sample, without the batch.
///
///     Sequential([Input(shape: [28, 28, 1]), Conv2D(32, kernelSize: 3), …])
@_disfavoredOverload
public func Input(
    shape: Shape, batchSize: Int? = nil, dtype: DType? = nil, name: String? = nil
) -> InputLayer {
    InputLayer(shape: shape, batchSize: batchSize, dtype: dtype, name: name)
}
