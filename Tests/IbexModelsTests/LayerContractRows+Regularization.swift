import IbexGraph
import IbexModels

extension LayerContractTests {
    static let regularizations: [Row] = [
        Row(
            description: "Dropout", make: { Dropout(0.25, noiseShape: [nil, 1], seed: 3) }, input: [2, 4],
            output: [2, 4]),
        Row(description: "SpatialDropout1D", make: { SpatialDropout1D(0.3) }, input: [2, 4, 3], output: [2, 4, 3]),
        Row(
            description: "SpatialDropout2D", make: { SpatialDropout2D(0.3, dataFormat: .channelsFirst) },
            input: [2, 3, 4, 5], output: [2, 3, 4, 5]),
        Row(
            description: "SpatialDropout3D", make: { SpatialDropout3D(0.3, seed: 4) }, input: [2, 3, 4, 5, 2],
            output: [2, 3, 4, 5, 2]),
        Row(description: "GaussianNoise", make: { GaussianNoise(0.3) }, input: [2, 4], output: [2, 4]),
        Row(description: "GaussianDropout", make: { GaussianDropout(0.3, seed: 5) }, input: [2, 4], output: [2, 4]),
        Row(
            description: "AlphaDropout", make: { AlphaDropout(0.3, noiseShape: [nil, 1]) }, input: [2, 4],
            output: [2, 4]),
        Row(
            description: "ActivityRegularization", make: { ActivityRegularization(l1: 0.1, l2: 0.2) }, input: [2, 4],
            output: [2, 4]),
    ]

    static let reshapings: [Row] = [
        Row(description: "Flatten", make: { Flatten() }, input: [2, 3, 4], output: [2, 12]),
        Row(
            description: "Flatten channels first", make: { Flatten(dataFormat: .channelsFirst) }, input: [2, 3, 4, 5],
            output: [2, 60]),
        Row(description: "Reshape", make: { Reshape([3, -1]) }, input: [2, 12], output: [2, 3, 4]),
        Row(description: "Permute", make: { Permute([3, 1, 2]) }, input: [2, 3, 4, 5], output: [2, 5, 3, 4]),
        Row(description: "RepeatVector", make: { RepeatVector(3) }, input: [2, 4], output: [2, 3, 4]),
    ]
}
