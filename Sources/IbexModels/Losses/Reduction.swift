import IbexGraph

/// How the losses of single samples become one number.
public enum Reduction: String, Sendable, Hashable {
    /// Their sum, weighted, divided by their number (not by the sum of weights).
    case sumOverBatchSize = "sum_over_batch_size"
    case sum
    /// No reduction: one loss for each sample.
    case none
    /// Their weighted sum divided by the sum of weights.
    case meanWithSampleWeight = "mean_with_sample_weight"

    /// The reduction of a Keras name; `mean` and `auto` are `sum_over_batch_size`, null is `none`.
    init(config value: ConfigValue?) throws(IbexError) {
        switch value {
        case nil, "mean", "auto": self = .sumOverBatchSize
        case .some(.null): self = .none
        case .some(let value):
            guard let name = value.string, let known = Reduction(rawValue: name) else {
                throw IbexError(
                    .argument, at: "loss, key reduction", found: value.description,
                    expected: "sum_over_batch_size, mean, sum, none or mean_with_sample_weight")
            }
            self = known
        }
    }

    /// Weighs and reduces the losses of single samples, one for each entry of `values`.
    ///
    /// With a mask, the mean is over what the mask keeps: weights are mask · total / kept.
    ///
    /// - Throws: `IbexError` of kind `shape` for weights or a mask that do not fit.
    func reduce(_ values: Tensor, weights: Tensor?, mask: Tensor?, at place: String) throws(IbexError) -> Tensor {
        var weights = weights?.cast(to: values.dtype)
        if let mask {
            var kept = mask.cast(to: values.dtype)
            if self == .sumOverBatchSize {
                let valid = kept.sum()
                kept = kept * Tensor.where(valid .> 0, Double(mask.elementCount) / valid, valid)
            }
            if let given = weights { kept = try RankMatching.alignedWeights(given, kept, at: place) * kept }
            weights = kept
        }
        if let given = weights { weights = try RankMatching.alignedWeights(given, values, at: place) }
        let weighted = weights.map { values * $0 } ?? values
        switch self {
        case .none: return weighted
        case .sum: return weighted.sum()
        case .meanWithSampleWeight:
            guard let weights else { return weighted.mean() }
            return weighted.sum() / weights.broadcast(to: values.shape).sum()
        case .sumOverBatchSize: return weighted.mean()
        }
    }
}
