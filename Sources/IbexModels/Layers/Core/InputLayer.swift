import IbexGraph

/// Says what a model is given: the shape of one sample.
public final class InputLayer: Layer, ConfiguredLayer {
    /// The shape without the batch; `nil` for an extent that is left open.
    public let shape: [Int?]
    /// The fixed batch size, where there is one.
    public let batchSize: Int?
    /// Whether it was made for the first data that came: other data may have another shape.
    private let takesAnyShape: Bool

    public init(shape: [Int?], batchSize: Int? = nil, dtype: DType? = nil, name: String? = nil) {
        self.shape = shape
        self.batchSize = batchSize
        takesAnyShape = false
        super.init(name: name)
        if let dtype { self.dtype = dtype }
        isBuilt = true
    }

    /// The entry of a model that was not told its input: what came first has this shape, batch included.
    init(sample: [Int?]) {
        shape = Array(sample.dropFirst())
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
        guard shape.allSatisfy({ $0.isNull || $0.int ?? -1 >= 0 }) else {
            throw IbexError(
                .argument, at: "InputLayer, key batch_shape", found: ConfigValue.array(shape).description,
                expected: "a number for every axis, or null for an extent that is left open")
        }
        self.init(shape: shape.dropFirst().map(\.int), batchSize: first.int, name: config["name"]?.string)
        try applyCommon(config)
    }

    /// The shape with the batch in front.
    var batchShape: [Int?] { [batchSize] + shape }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor { input }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        let input = try single(inputs)
        let fits = input.rank == batchShape.count && zip(shape, input.extents.dropFirst()).allSatisfy { $0 ?? $1 == $1 }
        guard takesAnyShape || fits, input.rank > 0 else {
            let extents = shape.map { $0.map(String.init) ?? "any" }
            throw shapeError(input, expected: "(\((["batch"] + extents).joined(separator: ", ")))")
        }
        return inputs
    }

    public override var config: Config {
        [
            "name": .string(name), "dtype": .string(dtype.rawValue), "sparse": false, "ragged": false,
            "optional": false,
            "batch_shape": .array(batchShape.map { ConfigValue($0) }),
        ]
    }
}

/// The first layer of a `Sequential`: the shape of one sample, without the batch; `nil` for an extent that is left open.
///
///     Sequential([Input(shape: [28, 28, 1]), Conv2D(32, kernelSize: 3), …])
@_disfavoredOverload
public func Input(
    shape: [Int?], batchSize: Int? = nil, dtype: DType? = nil, name: String? = nil
) -> InputLayer {
    InputLayer(shape: shape, batchSize: batchSize, dtype: dtype, name: name)
}
