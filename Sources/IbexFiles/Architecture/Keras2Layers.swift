import IbexModels

/// How the arguments of a layer's class differ between Keras 2.12 and Keras 3.
struct Keras2Layer {
    /// What Keras 2 writes beside the arguments of Keras 3.
    var added: Config = [:]
    /// What Keras 2 does not write.
    var dropped: Set<String> = []
    /// Keras 3's names of arguments, with Keras 2's.
    var renamed: [String: String] = [:]
    /// Whether Keras 2 writes the axis as a list, counted from the front.
    var listsAxes = false

    static subscript(className: String) -> Keras2Layer { known[className] ?? Keras2Layer() }

    private static let transposed = Keras2Layer(added: ["groups": 1])
    private static let separable = Keras2Layer(
        added: [
            "groups": 1, "kernel_initializer": ["class_name": "GlorotUniform", "config": ["seed": nil]],
            "kernel_regularizer": nil, "kernel_constraint": nil,
        ])
    private static let spatialDropout = Keras2Layer(
        added: ["trainable": true, "noise_shape": nil], dropped: ["data_format"])
    private static let withoutFormat = Keras2Layer(dropped: ["data_format"])

    private static let known: [String: Keras2Layer] = [
        "InputLayer": Keras2Layer(dropped: ["optional"], renamed: ["batch_shape": "batch_input_shape"]),
        "Sequential": Keras2Layer(dropped: ["trainable", "dtype", "build_input_shape"]),
        "Dense": Keras2Layer(added: ["activity_regularizer": nil], dropped: ["quantization_config"]),
        "EinsumDense": Keras2Layer(dropped: ["quantization_config"]),
        "Embedding": Keras2Layer(
            added: ["input_length": nil, "batch_input_shape": [nil, nil]], dropped: ["quantization_config"]),
        "LeakyReLU": Keras2Layer(renamed: ["negative_slope": "alpha"]),
        "Conv1DTranspose": transposed, "Conv2DTranspose": transposed,
        "Conv3DTranspose": Keras2Layer(added: ["groups": 1], dropped: ["dilation_rate"]),
        "DepthwiseConv1D": transposed, "DepthwiseConv2D": transposed,
        "SeparableConv1D": separable, "SeparableConv2D": separable,
        "BatchNormalization": Keras2Layer(
            dropped: ["synchronized", "renorm", "renorm_clipping", "renorm_momentum"], listsAxes: true),
        "LayerNormalization": Keras2Layer(dropped: ["rms_scaling"], listsAxes: true),
        "UnitNormalization": Keras2Layer(listsAxes: true),
        "SpatialDropout1D": spatialDropout, "SpatialDropout2D": spatialDropout, "SpatialDropout3D": spatialDropout,
        "AlphaDropout": Keras2Layer(dropped: ["noise_shape"]),
        "ZeroPadding1D": withoutFormat, "CenterCrop": withoutFormat, "RandomFlip": withoutFormat,
        "RandomRotation": withoutFormat, "RandomZoom": withoutFormat, "RandomTranslation": withoutFormat,
        "RandomCrop": withoutFormat, "RandomBrightness": withoutFormat,
        "RandomContrast": Keras2Layer(dropped: ["data_format", "value_range"]),
        "Normalization": Keras2Layer(dropped: ["invert"]),
        "CategoryEncoding": Keras2Layer(added: ["sparse": false]),
        "Resizing": Keras2Layer(
            dropped: ["antialias", "data_format", "fill_mode", "fill_value", "pad_to_aspect_ratio"]),
    ]

    /// The classes that Keras 2.12 does not have.
    static let absent: Set<String> = [
        "RMSNormalization", "SpectralNormalization", "AdaptiveMaxPooling1D", "AdaptiveMaxPooling2D",
        "AdaptiveMaxPooling3D", "AdaptiveAveragePooling1D", "AdaptiveAveragePooling2D", "AdaptiveAveragePooling3D",
    ]
}
