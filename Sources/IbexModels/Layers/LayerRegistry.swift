import IbexGraph

/// A layer that can be made from Keras's configuration of it.
public protocol ConfiguredLayer: Layer {
    /// - Throws: `IbexError` of kind `argument` where a key is missing or does not fit.
    init(config: Config) throws
}

/// Layers by Keras's class names, for what comes out of a file.
public enum LayerRegistry {
    private static let core: [any ConfiguredLayer.Type] = [
        InputLayer.self, Dense.self, EinsumDense.self, Embedding.self, Masking.self, Lambda.self, Identity.self,
        TimeDistributed.self,
    ]
    private static let activations: [any ConfiguredLayer.Type] = [
        Activation.self, ReLU.self, LeakyReLU.self, PReLU.self, ELU.self, Softmax.self,
    ]
    private static let convolution: [any ConfiguredLayer.Type] = [Conv2D.self]
    private static let pooling: [any ConfiguredLayer.Type] = [MaxPooling2D.self, AveragePooling2D.self]
    private static let normalization: [any ConfiguredLayer.Type] = [
        BatchNormalization.self, LayerNormalization.self, GroupNormalization.self, RMSNormalization.self,
        UnitNormalization.self, SpectralNormalization.self,
    ]
    private static let regularization: [any ConfiguredLayer.Type] = [
        Dropout.self, SpatialDropout1D.self, SpatialDropout2D.self, SpatialDropout3D.self, GaussianNoise.self,
        GaussianDropout.self, AlphaDropout.self, ActivityRegularization.self,
    ]
    private static let reshaping: [any ConfiguredLayer.Type] = [
        Flatten.self, Reshape.self, Permute.self, RepeatVector.self,
    ]
    private static let merging: [any ConfiguredLayer.Type] = [
        Add.self, Subtract.self, Multiply.self, Average.self, Maximum.self, Minimum.self, Concatenate.self, Dot.self,
    ]
    private static let preprocessing: [any ConfiguredLayer.Type] = [
        Rescaling.self, Normalization.self, CategoryEncoding.self, Resizing.self, CenterCrop.self, RandomFlip.self,
        RandomRotation.self, RandomZoom.self, RandomTranslation.self, RandomCrop.self, RandomContrast.self,
        RandomBrightness.self,
    ]

    private static let types: [String: any ConfiguredLayer.Type] = {
        let all = [
            core, activations, convolution, pooling, normalization, regularization, reshaping, merging, preprocessing,
        ].flatMap(\.self)
        return Dictionary(uniqueKeysWithValues: all.map { (String(describing: $0), $0) })
    }()

    /// The class names that are known, in order.
    public static var names: [String] { types.keys.sorted() }

    /// The layer of a class name with its arguments.
    ///
    /// - Parameter custom: further classes, or other ones for the known names.
    /// - Throws: `IbexError` of kind `name` where there is no such layer, `argument` where its arguments do not fit.
    public static func layer(
        _ className: String, config: Config, custom: [String: (Config) throws -> Layer] = [:]
    ) throws -> Layer {
        if let maker = custom[className] { return try maker(config) }
        guard let type = types[className] else {
            throw IbexError(
                .name, at: "layer", found: "\"\(className)\"", expected: "one of " + names.joined(separator: ", "))
        }
        return try type.init(config: config)
    }
}
