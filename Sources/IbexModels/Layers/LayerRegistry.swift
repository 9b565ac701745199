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
    private static let convolution: [any ConfiguredLayer.Type] = [
        Conv1D.self, Conv2D.self, Conv3D.self, Conv1DTranspose.self, Conv2DTranspose.self, Conv3DTranspose.self,
        DepthwiseConv1D.self, DepthwiseConv2D.self, SeparableConv1D.self, SeparableConv2D.self,
    ]
    private static let pooling: [any ConfiguredLayer.Type] = [
        MaxPooling1D.self, MaxPooling2D.self, MaxPooling3D.self,
        AveragePooling1D.self, AveragePooling2D.self, AveragePooling3D.self,
        GlobalMaxPooling1D.self, GlobalMaxPooling2D.self, GlobalMaxPooling3D.self,
        GlobalAveragePooling1D.self, GlobalAveragePooling2D.self, GlobalAveragePooling3D.self,
        AdaptiveMaxPooling1D.self, AdaptiveMaxPooling2D.self, AdaptiveMaxPooling3D.self,
        AdaptiveAveragePooling1D.self, AdaptiveAveragePooling2D.self, AdaptiveAveragePooling3D.self,
    ]
    private static let normalization: [any ConfiguredLayer.Type] = [
        BatchNormalization.self, LayerNormalization.self, GroupNormalization.self, RMSNormalization.self,
        UnitNormalization.self, SpectralNormalization.self,
    ]
    private static let regularization: [any ConfiguredLayer.Type] = [
        Dropout.self, SpatialDropout1D.self, SpatialDropout2D.self, SpatialDropout3D.self, GaussianNoise.self,
        GaussianDropout.self, AlphaDropout.self, ActivityRegularization.self,
    ]
    private static let reshaping: [any ConfiguredLayer.Type] = [
        Flatten.self, Reshape.self, Permute.self, RepeatVector.self, ZeroPadding1D.self, ZeroPadding2D.self,
        ZeroPadding3D.self, Cropping1D.self,
        Cropping2D.self, Cropping3D.self, UpSampling1D.self, UpSampling2D.self, UpSampling3D.self,
    ]
    private static let merging: [any ConfiguredLayer.Type] = [
        Add.self, Subtract.self, Multiply.self, Average.self, Maximum.self, Minimum.self, Concatenate.self, Dot.self,
    ]
    private static let preprocessing: [any ConfiguredLayer.Type] = [
        Rescaling.self, Normalization.self, CategoryEncoding.self, Resizing.self, CenterCrop.self, RandomFlip.self,
        RandomRotation.self, RandomZoom.self, RandomTranslation.self, RandomCrop.self, RandomContrast.self,
        RandomBrightness.self, RandomHue.self, RandomSaturation.self, RandomColorDegeneration.self,
        RandomGrayscale.self, RandomColorJitter.self, RandomSharpness.self, RandomPosterization.self,
        RandomInvert.self, RandomErasing.self, RandomGaussianBlur.self, Solarization.self, AutoContrast.self,
        Equalization.self, RandomShear.self,
        Discretization.self,
    ]

    private static let models: [any ConfiguredLayer.Type] = [Sequential.self]

    private static let types: [String: any ConfiguredLayer.Type] = {
        let all = [
            core, activations, convolution, pooling, normalization, regularization, reshaping, merging, preprocessing,
            models,
        ].flatMap(\.self)
        return Dictionary(uniqueKeysWithValues: all.map { (String(describing: $0), $0) })
    }()

    /// The class names that are known, in order.
    public static var names: [String] { types.keys.sorted() }

    /// The layer of a class name with its arguments.
    ///
    /// - Throws: `IbexError` of kind `name` where there is no such layer, `argument` where its arguments do not fit.
    public static func layer(_ className: String, config: Config) throws -> Layer {
        if let layer = try CustomObjects.made(\.layers, className, config) { return layer }
        if ["Functional", "Model"].contains(className) { return try Model.functional(config: config) }
        guard let type = types[className] else {
            throw IbexError(
                .name, at: "layer \(config.layerName.map { "\($0) " } ?? "")(\(className))",
                found: "the unknown class \"\(className)\"", expected: "one of " + names.joined(separator: ", "),
                remedy: "For a layer of your own: withCustomObjects(layers: [\"\(className)\": …]) { … }.")
        }
        return try type.init(config: config)
    }

    /// The layer in Keras's wrapping: an object with `class_name` and `config`.
    package static func layer(_ value: ConfigValue, at place: String) throws -> Layer {
        let (className, config) = try value.wrapped(at: place)
        return try SharedLayers.layer(value) { try layer(className, config: config) }
    }
}
