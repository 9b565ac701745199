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
        Row(
            description: "Discretization", make: { Discretization(binBoundaries: [0, 0.5]) }, input: [2, 3],
            output: [2, 3]),
        Row(
            description: "Discretization as counts",
            make: { Discretization(binBoundaries: [0, 0.5], outputMode: .count) }, input: [2, 3], output: [2, 3]),
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
    static let colours: [Row] = makers.map { make in
        Row(description: make().className, make: make, input: [2, 4, 5, 3], output: [2, 4, 5, 3])
    }

    private static let makers: [@Sendable () -> Layer] = [
        { RandomHue(0.2) }, { RandomSaturation([0.4, 0.6], valueRange: [0, 1]) },
        { RandomColorDegeneration(0.5, seed: 3) }, { RandomGrayscale(factor: 0.3) }, { RandomSharpness([0.2, 0.7]) },
        { RandomPosterization(4) }, { RandomInvert(0.5) }, { RandomErasing([0.2, 0.7], fillValue: [0, 1, 2]) },
        { RandomErasing(0.5, valueRange: [0, 1], seed: 2) },
        { RandomGaussianBlur(0.4, kernelSize: [5, 3], sigma: 0.7) },
        { Solarization(additionFactor: 0.1, thresholdFactor: [0.2, 0.5]) }, { AutoContrast() },
        { Equalization(bins: 16) }, { RandomShear(xFactor: 0.2, yFactor: [0.1, 0.3], fillMode: .wrap) },
        { RandomColorJitter(valueRange: [0, 1], brightnessFactor: 0.2, contrastFactor: 0.1, hueFactor: [0, 0.5]) },
    ]
}
