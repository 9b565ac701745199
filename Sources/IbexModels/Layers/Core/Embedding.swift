import IbexGraph
import IbexRuntime

/// Whole numbers looked up in a table of learned vectors: y[…] = embeddings[x[…]].
///
/// Shapes: x [batch, …] of numbers from 0 to less than `inputDim`, embeddings [inputDim, outputDim],
/// y [batch, …, outputDim]. A number outside the table gives zeros; numbers that are known when the layer is called are
/// checked.
///
///     Embedding(10_000, 64, maskZero: true)
public final class Embedding: Layer, ConfiguredLayer {
    public let inputDim: Int
    public let outputDim: Int
    /// Whether 0 is padding: the layers after this one see a mask that is false there.
    public let maskZero: Bool
    public let embeddingsInitializer: Initializer
    public let embeddingsRegularizer: Regularizer?
    public let embeddingsConstraint: Constraint?
    public private(set) var embeddings: Variable?

    public init(
        _ inputDim: Int, _ outputDim: Int, embeddingsInitializer: Initializer = .randomUniform(),
        embeddingsRegularizer: Regularizer? = nil, activityRegularizer: Regularizer? = nil,
        embeddingsConstraint: Constraint? = nil, maskZero: Bool = false, name: String? = nil
    ) {
        self.inputDim = inputDim
        self.outputDim = outputDim
        self.maskZero = maskZero
        self.embeddingsInitializer = embeddingsInitializer
        self.embeddingsRegularizer = embeddingsRegularizer
        self.embeddingsConstraint = embeddingsConstraint
        super.init(name: name)
        self.activityRegularizer = activityRegularizer
    }

    public convenience init(config: Config) throws {
        let place = "Embedding"
        self.init(
            try config.int("input_dim", at: place), try config.int("output_dim", at: place),
            embeddingsInitializer: try config.initializer("embeddings_initializer", default: .randomUniform()),
            embeddingsRegularizer: try config.regularizer("embeddings_regularizer"),
            embeddingsConstraint: try config.constraint("embeddings_constraint"),
            maskZero: try config.bool("mask_zero", at: place, default: false), name: config.layerName)
        try applyCommon(config)
    }

    public override func build(_ inputs: [Shape]) throws {
        guard inputDim > 0, outputDim > 0 else {
            throw argumentError("input dim \(inputDim), output dim \(outputDim)", expected: "positive numbers")
        }
        embeddings = addWeight(
            name: "embeddings", shape: [inputDim, outputDim], initializer: embeddingsInitializer,
            regularizer: embeddingsRegularizer, constraint: embeddingsConstraint)
    }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        [Shape(try single(inputs).extents + [outputDim])]
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        guard let embeddings else { return input }
        let ids = input.dtype == .int64 ? input : input.cast(to: .int32)
        try checkKnown(input)
        let output = embeddings.value.gathering(ids)
        if maskZero { context.setMask(ids .!= 0, of: output) }
        return output
    }

    /// Checks numbers that lie on the host: those on a device would have to be waited for.
    private func checkKnown(_ ids: Tensor) throws {
        guard ids.hostBytes != nil else { return }
        for id in try ids.doubles() where !(0..<Double(inputDim)).contains(id) {
            throw IbexError(
                .data, at: place, found: "the number \(Int(id))", expected: "numbers from 0 to \(inputDim - 1)",
                remedy: "Make the input dim larger than the largest number.")
        }
    }

    public override var config: Config {
        super.config.merging([
            "input_dim": .int(inputDim), "output_dim": .int(outputDim), "mask_zero": .bool(maskZero),
            "embeddings_initializer": embeddingsInitializer.serialized,
            "embeddings_regularizer": embeddingsRegularizer?.serialized ?? .null,
            "activity_regularizer": activityRegularizer?.serialized ?? .null,
            "embeddings_constraint": embeddingsConstraint?.serialized ?? .null, "quantization_config": nil,
        ]) { $1 }
    }
}
