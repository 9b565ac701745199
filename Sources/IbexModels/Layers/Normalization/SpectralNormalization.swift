import IbexGraph
import IbexRuntime

/// A layer whose kernel is divided by its largest singular value in each training step (Miyato et al., 2018).
///
/// The singular value is followed by power iteration: with the kernel as a matrix W [inputs, outputs], v = u Wᵀ / ‖u Wᵀ‖,
/// u = v W / ‖v W‖, σ = v W uᵀ. Each training step replaces the kernel by W / σ; u [1, outputs] is kept as the weight
/// `vector_u`. A kernel of zeros stays.
///
///     SpectralNormalization(Dense(32))
public final class SpectralNormalization: Layer, ConfiguredLayer {
    /// The layer with the kernel.
    public let layer: Layer
    public let powerIterations: Int
    private var kernel: Variable?
    private var vector: Variable?

    public init(_ layer: Layer, powerIterations: Int = 1, name: String? = nil) {
        self.layer = layer
        self.powerIterations = powerIterations
        super.init(name: name)
    }

    public convenience init(config: Config) throws {
        let place = "SpectralNormalization"
        self.init(
            try config.layer("layer", at: place),
            powerIterations: try config.int("power_iterations", at: place, default: 1), name: config.layerName)
        try applyCommon(config)
    }

    public override func build(_ inputs: [Shape]) throws {
        guard powerIterations > 0 else {
            throw argumentError("\(powerIterations) power iterations", expected: "a positive number")
        }
        try buildInside(layer, inputs)
        let names = ["kernel", "embeddings"].map { "/" + $0 }
        kernel = layer.ownWeights.first { weight in names.contains { weight.variable.name.hasSuffix($0) } }?.variable
        guard let kernel, kernel.shape.rank >= 2 else {
            throw argumentError(
                "\(layer.place) with the weights \(layer.ownWeights.map(\.variable.name))",
                expected: "a layer with a kernel or embeddings")
        }
        vector = addWeight(
            name: "vector_u", shape: [1, kernel.shape[-1]], initializer: .truncatedNormal(stddev: 0.02),
            trainable: false)
    }

    /// Keras keeps the kernel here too: the wrapper refers to it.
    package override var savedVariables: [Variable] { [kernel].compactMap(\.self) + super.savedVariables }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] { try layer.outputShapes(for: inputs) }

    public override func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
        if context.training { normalize() }
        return try layer.apply(inputs, context)
    }

    private func normalize() {
        guard let kernel, let vector else { return }
        let matrix = kernel.value.reshaped(-1, kernel.shape[-1])
        var u = vector.value
        var v = u
        for _ in 0..<powerIterations {
            v = u.matmul(matrix.transposed())
            v = v * v.inverseNorm()
            u = v.matmul(matrix)
            u = u * u.inverseNorm()
        }
        let sigma = v.matmul(matrix).matmul(u.transposed()).reshaped(to: .scalar)
        let isZero = kernel.value.abs().max() .== 0
        vector.assign(Tensor.where(isZero, vector.value, u))
        kernel.assign(kernel.value / Tensor.where(isZero, sigma.filled(1), sigma))
    }

    public override var config: Config {
        super.config.merging(["layer": layer.serialized, "power_iterations": .int(powerIterations)]) { $1 }
    }
}
