import IbexGraph
import IbexModels

extension LayerContractTests {
    static let core: [Row] = [
        Row(
            description: "Dense", make: { Dense(5, activation: .relu, kernelRegularizer: .l2(0.1), name: "d") },
            input: [2, 3], output: [2, 5], weights: 20),
        Row(
            description: "Dense without bias, three axes",
            make: { Dense(5, useBias: false, kernelInitializer: .heNormal(seed: 3), activityRegularizer: .l1()) },
            input: [2, 4, 3], output: [2, 4, 5], weights: 15),
        Row(
            description: "EinsumDense",
            make: { EinsumDense("abc,cde->abde", outputShape: [nil, 2, 5], activation: .relu, biasAxes: "e") },
            input: [2, 4, 3], output: [2, 4, 2, 5], weights: 35),
        Row(
            description: "EinsumDense with dots", make: { EinsumDense("...x,xy->...y", outputShape: [5]) },
            input: [2, 4, 6, 3], output: [2, 4, 6, 5], weights: 15),
        Row(
            description: "EinsumDense with dots behind",
            make: { EinsumDense("ab...,bc->ac...", outputShape: [5], biasAxes: "c") }, input: [2, 3, 4, 6],
            output: [2, 5, 4, 6], weights: 20),
        Row(
            description: "EinsumDense of each channel", make: { EinsumDense("abc,bcd->abd", outputShape: [4, 5]) },
            input: [2, 4, 3], output: [2, 4, 5], weights: 60),
        Row(
            description: "Embedding",
            make: {
                Embedding(7, 3, embeddingsRegularizer: .l2(0.1), embeddingsConstraint: .unitNorm(), maskZero: true)
            },
            input: [2, 4], output: [2, 4, 3], weights: 21),
        Row(description: "Masking", make: { Masking(maskValue: -1) }, input: [2, 4, 3], output: [2, 4, 3]),
        Row(description: "Identity", make: { Identity() }, input: [2, 4], output: [2, 4]),
        Row(
            description: "TimeDistributed", make: { TimeDistributed(Dense(5, activation: .tanh)) }, input: [2, 4, 3],
            output: [2, 4, 5], weights: 20),
        Row(
            description: "TimeDistributed over images",
            make: { TimeDistributed(Conv2D(4, kernelSize: 3, padding: .same)) }, input: [2, 3, 5, 5, 2],
            output: [2, 3, 5, 5, 4], weights: 3 * 3 * 2 * 4 + 4),
    ]

    static let activations: [Row] = [
        Row(description: "Activation", make: { Activation(.gelu) }, input: [2, 4], output: [2, 4]),
        Row(
            description: "ReLU", make: { ReLU(maxValue: 6, negativeSlope: 0.1, threshold: 0.2) }, input: [2, 4],
            output: [2, 4]),
        Row(description: "LeakyReLU", make: { LeakyReLU(negativeSlope: 0.1) }, input: [2, 4], output: [2, 4]),
        Row(
            description: "PReLU", make: { PReLU(alphaInitializer: .constant(0.25), sharedAxes: [1, 2]) },
            input: [2, 5, 6, 3], output: [2, 5, 6, 3], weights: 3),
        Row(description: "ELU", make: { ELU(alpha: 0.5) }, input: [2, 4], output: [2, 4]),
        Row(description: "Softmax", make: { Softmax(axis: 1) }, input: [2, 3, 4], output: [2, 3, 4]),
        Row(
            description: "Softmax over two axes", make: { Softmax(axis: [1, 2]) }, input: [2, 3, 4], output: [2, 3, 4]),
    ]
}
