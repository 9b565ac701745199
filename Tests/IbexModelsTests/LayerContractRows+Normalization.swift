import IbexGraph
import IbexModels

extension LayerContractTests {
    static let normalizations: [Row] = [
        Row(
            description: "BatchNormalization",
            make: { BatchNormalization(momentum: 0.9, gammaRegularizer: .l2(0.1), synchronized: true) },
            input: [4, 3], output: [4, 3], weights: 12),
        Row(
            description: "BatchNormalization of channels first",
            make: { BatchNormalization(axis: 1, epsilon: 1e-4, center: false) }, input: [2, 3, 4, 5],
            output: [2, 3, 4, 5], weights: 9),
        Row(
            description: "BatchNormalization, renormalized",
            make: {
                BatchNormalization(renorm: true, renormClipping: RenormClipping(rmax: 3, dmax: 5), renormMomentum: 0.9)
            }, input: [4, 3], output: [4, 3], weights: 21),
        Row(
            description: "LayerNormalization", make: { LayerNormalization(betaConstraint: .nonNeg) },
            input: [2, 4, 6], output: [2, 4, 6], weights: 12),
        Row(
            description: "LayerNormalization over two axes", make: { LayerNormalization(axis: [1, 2], scale: false) },
            input: [2, 4, 6], output: [2, 4, 6], weights: 24),
        Row(
            description: "LayerNormalization by deviation", make: { LayerNormalization(rmsScaling: true) },
            input: [2, 6], output: [2, 6], weights: 6),
        Row(
            description: "GroupNormalization", make: { GroupNormalization(groups: 3) }, input: [2, 4, 5, 6],
            output: [2, 4, 5, 6], weights: 12),
        Row(
            description: "GroupNormalization of each channel", make: { GroupNormalization(groups: -1, axis: 1) },
            input: [2, 6, 4], output: [2, 6, 4], weights: 12),
        Row(
            description: "RMSNormalization", make: { RMSNormalization(axis: [1, -1], epsilon: 1e-5) },
            input: [2, 4, 6], output: [2, 4, 6], weights: 24),
        Row(
            description: "UnitNormalization", make: { UnitNormalization(axis: [1, 2]) }, input: [2, 4, 6],
            output: [2, 4, 6]),
        Row(
            description: "SpectralNormalization", make: { SpectralNormalization(Dense(5), powerIterations: 2) },
            input: [2, 3], output: [2, 5], weights: 25),
    ]
}
