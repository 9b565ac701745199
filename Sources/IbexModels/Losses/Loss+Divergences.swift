import IbexGraph

extension Loss {
    /// Kullback and Leibler's divergence Σ y ln(y / p) over the last axis, y and p held within [ε, 1], ε that of
    /// `Configuration.epsilon()`.
    public static var klDivergence: Loss { klDivergence() }
    public static func klDivergence(
        reduction: Reduction = .sumOverBatchSize, name: String = "kl_divergence"
    ) -> Loss {
        matched(name, "KLDivergence", reduction) { y, p in
            let (y, p) = (y.clipped(to: Logits.fuzz...1), p.clipped(to: Logits.fuzz...1))
            return (y * (y / p).log()).sum(axis: -1)
        }
    }

    /// The mean of p - y ln(p + ε) over the last axis, ε that of `Configuration.epsilon()`: what counts that follow
    /// Poisson's law lose.
    public static var poisson: Loss { poisson() }
    public static func poisson(reduction: Reduction = .sumOverBatchSize, name: String = "poisson") -> Loss {
        overLastAxis(name, "Poisson", reduction) { y, p in p - y * (p + Logits.fuzz).log() }
    }

    /// -Σ ŷ p̂ over an axis, of target and prediction scaled to length 1: -1 where they point the same way.
    public static var cosineSimilarity: Loss { cosineSimilarity() }
    public static func cosineSimilarity(
        axis: Int = -1, reduction: Reduction = .sumOverBatchSize, name: String = "cosine_similarity"
    ) -> Loss {
        matched(name, "CosineSimilarity", reduction, arguments: ["axis": .int(axis)]) { y, p in
            -(unit(y, axis) * unit(p, axis)).sum(axis: axis)
        }
    }

    /// Vectors along an axis, divided by their length, or by `Configuration.epsilon()` where they are
    /// shorter.
    private static func unit(_ x: Tensor, _ axis: Int) -> Tensor {
        x * x.square().sum(axis: axis, keepDims: true).rsqrt().minimum(1 / Logits.fuzz)
    }
}
