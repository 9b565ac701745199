import IbexGraph
import IbexModels

extension LayerContractTests {
    static let preprocessings: [Row] = [
        Row(description: "Rescaling", make: { Rescaling(0.5, offset: -1) }, input: [2, 3], output: [2, 3]),
        Row(description: "Normalization", make: { Normalization() }, input: [2, 3], output: [2, 3], weights: 7),
        Row(
            description: "Normalization by given numbers",
            make: { Normalization(axis: [1, -1], mean: [1, 2, 3], variance: [1, 4, 9], invert: true) },
            input: [2, 4, 3], output: [2, 4, 3]),
        Row(
            description: "Normalization of everything", make: { Normalization(axis: []) }, input: [2, 4, 3],
            output: [2, 4, 3], weights: 3),
        Row(description: "CategoryEncoding", make: { CategoryEncoding(numTokens: 5) }, input: [2, 3], output: [2, 5]),
        Row(
            description: "CategoryEncoding of each", make: { CategoryEncoding(numTokens: 5, outputMode: .oneHot) },
            input: [2, 3], output: [2, 3, 5]),
        Row(
            description: "CategoryEncoding as counts", make: { CategoryEncoding(numTokens: 5, outputMode: .count) },
            input: [2, 3], output: [2, 5]),
    ]

    static let images: [Row] = [
        Row(
            description: "Resizing", make: { Resizing(height: 4, width: 9, cropToAspectRatio: true) },
            input: [2, 6, 7, 3], output: [2, 4, 9, 3]),
        Row(
            description: "Resizing channels first",
            make: {
                Resizing(
                    height: 4, width: 9, interpolation: .nearest, padToAspectRatio: true, fillValue: 2,
                    dataFormat: .channelsFirst)
            }, input: [2, 3, 6, 7], output: [2, 3, 4, 9]),
        Row(
            description: "CenterCrop", make: { CenterCrop(height: 4, width: 3) }, input: [2, 6, 7, 3],
            output: [2, 4, 3, 3]),
        Row(
            description: "CenterCrop of smaller images", make: { CenterCrop(height: 8, width: 3) },
            input: [2, 6, 7, 3],
            output: [2, 8, 3, 3]),
        Row(
            description: "RandomFlip", make: { RandomFlip(.horizontal, seed: 3) }, input: [2, 4, 5, 3],
            output: [2, 4, 5, 3]),
        Row(
            description: "RandomRotation", make: { RandomRotation([-0.1, 0.2], fillMode: .constant, fillValue: 0.5) },
            input: [2, 4, 5, 3], output: [2, 4, 5, 3]),
        Row(
            description: "RandomZoom", make: { RandomZoom(0.2, widthFactor: [0, 0.3], fillMode: .wrap) },
            input: [2, 4, 5, 3], output: [2, 4, 5, 3]),
        Row(
            description: "RandomTranslation",
            make: {
                RandomTranslation(
                    heightFactor: 0.2, widthFactor: [0.1, 0.3], fillMode: .nearest, interpolation: .nearest,
                    dataFormat: .channelsFirst)
            }, input: [2, 3, 4, 5], output: [2, 3, 4, 5]),
        Row(
            description: "RandomCrop", make: { RandomCrop(height: 3, width: 4, seed: 9) }, input: [2, 6, 7, 3],
            output: [2, 3, 4, 3]),
        Row(
            description: "RandomContrast", make: { RandomContrast([0.1, 0.3], valueRange: [0, 1]) },
            input: [2, 4, 5, 3], output: [2, 4, 5, 3]),
        Row(
            description: "RandomBrightness", make: { RandomBrightness(0.2) }, input: [2, 4, 5, 3], output: [2, 4, 5, 3]),
    ]
}
