/// A group of kernels that share a limit and a target.
enum KernelFamily: String, CaseIterable, Codable, Sendable {
    case matmul, convolution
    case inputGradient = "input gradient"
    case filterGradient = "filter gradient"
    case pointwise = "1x1 convolution"
    case depthwise, elementwise, softmax
    case crossEntropy = "cross-entropy"
    case reduction, normalization, pooling
    case poolingGradient = "pooling gradient"
    case optimizer, movement, gather, random

    /// What a kernel of the family is measured beside.
    enum Limit: String, Codable, Sendable {
        /// OpenBLAS `sgemm` on the same matrices, all threads.
        case sgemm
        /// The process's best matmul: the faster of OpenBLAS and the device's own kernel.
        case bestMatmul = "best matmul"
        /// The best plain copy of 64 MiB.
        case copy
    }

    var limit: Limit {
        switch self {
        case .matmul: .sgemm
        case .convolution, .inputGradient, .filterGradient, .pointwise: .bestMatmul
        default: .copy
        }
    }

    /// The fraction of the limit that the family is to reach: in the median, and at worst; `nil` where none is set.
    var target: (median: Double, worst: Double)? {
        switch self {
        case .matmul: (0.95, 0.75)
        case .convolution, .inputGradient, .pointwise: (0.85, 0.85)
        case .filterGradient: (0.75, 0.75)
        case .elementwise, .softmax, .crossEntropy, .reduction, .pooling, .poolingGradient, .optimizer: (0.8, 0.8)
        case .depthwise, .normalization: (0.7, 0.7)
        case .movement, .gather, .random: nil
        }
    }
}
