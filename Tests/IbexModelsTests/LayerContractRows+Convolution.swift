import IbexModels

extension LayerContractTests {
    static let convolutionRows: [Row] = [
        Row(
            description: "Conv1D causal",
            make: { Conv1D(5, kernelSize: 3, padding: .causal, dilationRate: 2, activation: .tanh) },
            input: [2, 7, 3], output: [2, 7, 5], weights: 3 * 3 * 5 + 5),
        Row(
            description: "Conv1D channels first",
            make: { Conv1D(4, kernelSize: 4, strides: 3, dataFormat: .channelsFirst, useBias: false) },
            input: [2, 3, 9], output: [2, 4, 2], weights: 4 * 3 * 4),
        Row(
            description: "Conv2D", make: { Conv2D(4, kernelSize: [3, 2], strides: 2, padding: .same, groups: 2) },
            input: [2, 7, 8, 6], output: [2, 4, 4, 4], weights: 3 * 2 * 3 * 4 + 4),
        Row(
            description: "Conv2D channels first",
            make: {
                Conv2D(4, kernelSize: 3, dataFormat: .channelsFirst, dilationRate: 2, kernelConstraint: .maxNorm(3))
            },
            input: [2, 3, 9, 8], output: [2, 4, 5, 4], weights: 3 * 3 * 3 * 4 + 4),
        Row(
            description: "Conv3D in groups",
            make: { Conv3D(6, kernelSize: [2, 3, 1], strides: [2, 1, 1], padding: .same, groups: 3) },
            input: [2, 5, 4, 3, 6], output: [2, 3, 4, 3, 6], weights: 2 * 3 * 1 * 2 * 6 + 6),
        Row(
            description: "Conv3D channels first", make: { Conv3D(2, kernelSize: 2, dataFormat: .channelsFirst) },
            input: [2, 3, 4, 4, 5], output: [2, 2, 3, 3, 4], weights: 8 * 3 * 2 + 2),
        Row(
            description: "Conv1DTranspose", make: { Conv1DTranspose(4, kernelSize: 3, strides: 2) }, input: [2, 5, 3],
            output: [2, 11, 4], weights: 3 * 4 * 3 + 4),
        Row(
            description: "Conv2DTranspose",
            make: {
                Conv2DTranspose(
                    4, kernelSize: 3, strides: [2, 3], padding: .same, outputPadding: [1, 2], biasRegularizer: .l2(0.1))
            },
            input: [2, 4, 5, 3], output: [2, 8, 15, 4], weights: 9 * 4 * 3 + 4),
        Row(
            description: "Conv2DTranspose channels first",
            make: { Conv2DTranspose(2, kernelSize: 3, dataFormat: .channelsFirst, dilationRate: 2) },
            input: [2, 3, 4, 5], output: [2, 2, 8, 9], weights: 9 * 2 * 3 + 2),
        Row(
            description: "Conv3DTranspose", make: { Conv3DTranspose(2, kernelSize: 2, strides: [1, 2, 3]) },
            input: [2, 3, 2, 2, 4], output: [2, 4, 4, 6, 2], weights: 8 * 2 * 4 + 2),
        Row(
            description: "DepthwiseConv1D",
            make: { DepthwiseConv1D(kernelSize: 3, depthMultiplier: 2, depthwiseRegularizer: .l1(0.1)) },
            input: [2, 7, 3], output: [2, 5, 6], weights: 3 * 3 * 2 + 6),
        Row(
            description: "DepthwiseConv2D",
            make: { DepthwiseConv2D(kernelSize: 3, padding: .same, depthwiseConstraint: .nonNeg) },
            input: [2, 5, 6, 4], output: [2, 5, 6, 4], weights: 9 * 4 + 4),
        Row(
            description: "SeparableConv1D", make: { SeparableConv1D(5, kernelSize: 2, strides: 2) }, input: [2, 6, 3],
            output: [2, 3, 5], weights: 2 * 3 + 3 * 5 + 5),
        Row(
            description: "SeparableConv2D",
            make: {
                SeparableConv2D(
                    5, kernelSize: 3, padding: .same, dataFormat: .channelsFirst, depthMultiplier: 2,
                    pointwiseInitializer: .heNormal(seed: 2), pointwiseRegularizer: .l2(0.1),
                    pointwiseConstraint: .unitNorm())
            },
            input: [2, 3, 5, 6], output: [2, 5, 5, 6], weights: 9 * 3 * 2 + 6 * 5 + 5),
    ]
}
