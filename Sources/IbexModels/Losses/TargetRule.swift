import IbexGraph

/// Which targets fit a prediction, so that a misfit is found before any device work.
enum TargetRule: Sendable, Hashable {
    /// Anything that broadcasts.
    case any
    /// The same shape as the prediction, but for a last axis of one element.
    case elementwise
    /// One row of probabilities for each row of the prediction.
    case categorical
    /// One whole number for each row of the prediction along an axis, below its number of classes; `ignored` is allowed
    /// too.
    case classes(ignored: Int?, axis: Int = -1)
    /// A row of class numbers, filled up with zeros, for each sequence of rows of the prediction.
    case sequences
    /// One number for each row of the prediction, whatever it stands for.
    case labels
}

extension Loss {
    /// Checks that a target and a prediction of these types fit.
    func check(target: TensorType, prediction: TensorType) throws(IbexError) {
        try rule.check(target: target, prediction: prediction, at: "loss \(name)")
    }
}

extension TargetRule {
    /// Checks that a target and a prediction of these types fit what stands at `place`.
    func check(target: TensorType, prediction: TensorType, at place: String) throws(IbexError) {
        let (y, p) = (target.shape, prediction.shape)
        func fail(_ expected: String, remedy: String = "") -> IbexError {
            IbexError(
                .shape, at: place, found: "targets of shape \(y) for predictions of shape \(p)",
                expected: expected, remedy: remedy)
        }
        guard p.rank >= 1, prediction.dtype.isFloatingPoint else {
            throw fail("predictions in floating point with a batch axis")
        }
        switch self {
        case .any:
            guard y.broadcast(with: p) != nil else { throw fail("shapes that broadcast") }
        case .elementwise:
            guard RankMatching.matched(y, to: p) == RankMatching.matched(p, to: y) else {
                throw fail("targets of shape \(p)")
            }
        case .categorical:
            guard RankMatching.matched(y, to: p) == p else {
                let sparse = p.rank >= 1 && y.rank <= p.rank
                throw fail(
                    "targets of shape \(p), one row of probabilities for each sample",
                    remedy: sparse
                        ? "For class numbers use .sparseCategoricalCrossentropy, .sparseCategoricalAccuracy and the "
                            + "like, or toCategorical." : "")
            }
        case .sequences:
            guard y.rank == 2, p.rank == 3, y[0] == p[0] else {
                throw fail("targets [batch, length] for predictions [batch, time, classes]")
            }
        case .classes, .labels:
            var axis = p.rank - 1
            if case .classes(_, let named) = self { axis = named < 0 ? named + p.rank : named }
            guard p.rank >= 2, (1..<p.rank).contains(axis) else {
                throw fail("predictions with an axis of classes after the batch")
            }
            let rows = Shape(Array(p.extents[..<axis] + p.extents[(axis + 1)...]))
            let squeezed = y.rank == p.rank && y[-1] == 1 ? Shape(Array(y.extents.dropLast())) : y
            guard squeezed == rows else {
                let isOneHot = y == p && self != .labels
                throw fail(
                    "one class number for each sample: shape \(rows)",
                    remedy: isOneHot
                        ? "For one-hot rows use .categoricalCrossentropy, .categoricalAccuracy and the like." : "")
            }
        }
    }
}
