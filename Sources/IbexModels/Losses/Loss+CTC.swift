import IbexGraph

extension Loss {
    /// How unlikely a sequence of labels is where nothing says which step belongs to which label.
    public static var ctc: Loss { ctc() }

    /// -ln of the probability of a sequence of labels, summed over all its alignments with the steps of a prediction:
    /// connectionist temporal classification (Graves et al., 2006).
    ///
    /// An alignment gives each step a label or class 0, the blank; steps in a row with one label stand for that label
    /// once. Predictions are logits, [batch, time, classes], all steps of which count. Targets are class numbers,
    /// [batch, length], filled up with zeros. Where a sequence has more labels than there are steps for, the loss is
    /// about 100,000, as in Keras. The steps follow one another in the program, some ten operations each.
    ///
    ///     model.compile(optimizer: .adam(), loss: .ctc)
    public static func ctc(reduction: Reduction = .sumOverBatchSize, name: String = "ctc") -> Loss {
        Loss(name, className: "CTC", reduction: reduction, rule: .sequences) { target, prediction in
            let labels = target.cast(to: .int32)
            let chances = prediction.logSoftmax(axis: -1)
            var paths = Alignments(labels, dtype: prediction.dtype)
            let emits = Tensor.einsum(
                "btk,bnk->tbn", chances, labels.oneHot(depth: prediction.shape[-1], dtype: prediction.dtype))
            for step in 0..<prediction.shape[1] { paths.extend(blank: chances[0..., step, 0..<1], emits: emits[step]) }
            let length = (labels .!= 0).cast(to: .int32).sum(axis: -1)
            return LossValues(-paths.chance(ofFirst: length))
        }
    }
}

/// The logarithms of the probabilities of all beginnings of alignments: those after n labels that ended with a blank,
/// [batch, length + 1], and with the n-th label itself, [batch, length].
private struct Alignments {
    private var blanks: Tensor
    private var ends: Tensor
    /// 0 where a label is followed by another one, so that no blank is needed between them; else `never`.
    private let skip: Tensor
    /// The other way round.
    private let stay: Tensor

    /// Keras's logarithm of nothing: a finite one has gradients.
    private static let never = -1e5

    init(_ labels: Tensor, dtype: DType) {
        let (batch, length) = (labels.shape[0], labels.shape[1])
        let following = labels[0..., 1...].padded(low: [0, 0], high: [0, 1], value: -1)
        let isRepeated = (labels .== following).cast(to: dtype)
        skip = isRepeated * Self.never
        stay = (1 - isRepeated) * Self.never
        ends = .full(Self.never, [batch, length], dtype)
        blanks = .concatenated([.full(0, [batch, 1], dtype), ends], axis: -1)
    }

    /// Adds a step.
    ///
    /// - Parameters:
    ///   - blank: the step's logarithm of the blank's probability, [batch, 1].
    ///   - emits: those of the labels, [batch, length].
    mutating func extend(blank: Tensor, emits: Tensor) {
        let ready = joined(blanks, ends + skip)
        let next = ready[0..., ..<ends.shape[1]].logAddExp(ends) + emits
        blanks = joined(ready + blank, ends + blank + stay)
        ends = next
    }

    /// The logarithm of the probability of the first `count` labels, [batch].
    func chance(ofFirst count: Tensor) -> Tensor {
        let all = joined(blanks, ends)
        return (all * count.oneHot(depth: all.shape[1], dtype: all.dtype)).sum(axis: -1)
    }

    /// ln(eᵃ + eᵇ) of what ended with a blank after at least one label and something else.
    private func joined(_ blanks: Tensor, _ other: Tensor) -> Tensor {
        .concatenated([blanks[0..., ..<1], blanks[0..., 1...].logAddExp(other)], axis: -1)
    }
}
