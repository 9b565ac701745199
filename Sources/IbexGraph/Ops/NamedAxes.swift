/// A tensor whose axes have names, so that what is done to them can be said by name.
struct NamedAxes<Label: Hashable & Sendable> {
    var tensor: Tensor
    var labels: [Label]

    func extents(_ names: [Label]) -> [Int] { names.map { tensor.shape[labels.firstIndex(of: $0) ?? 0] } }

    /// The tensor with its axes in another order.
    func ordered(_ names: [Label]) -> Tensor { tensor.transposed(names.map { labels.firstIndex(of: $0) ?? 0 }) }

    /// Axes of one name become one: the elements whose coordinates in them are equal.
    func withDiagonals() -> NamedAxes {
        for (position, label) in labels.enumerated() {
            guard let twin = labels[(position + 1)...].firstIndex(of: label) else { continue }
            let diagonal = tensor.diagonal(axis1: position, axis2: twin)
            let rest = labels.indices.filter { $0 != position && $0 != twin }.map { labels[$0] }
            return NamedAxes(tensor: diagonal, labels: rest + [label]).withDiagonals()
        }
        return self
    }

    /// Axes that are not kept, added up.
    func summed(keeping kept: Set<Label>) -> NamedAxes {
        let lost = labels.indices.filter { !kept.contains(labels[$0]) }
        guard !lost.isEmpty else { return self }
        return NamedAxes(tensor: tensor.sum(axes: lost), labels: labels.filter { kept.contains($0) })
    }

    /// Axes of extent 1 that are longer elsewhere, taken out: broadcasting puts them back.
    func squeezed(_ isLonger: (Label) -> Bool) -> NamedAxes {
        let lost = labels.indices.filter { tensor.shape[$0] == 1 && isLonger(labels[$0]) }
        guard !lost.isEmpty else { return self }
        let kept = labels.indices.filter { !lost.contains($0) }.map { labels[$0] }
        return NamedAxes(tensor: tensor.squeezed(axes: lost), labels: kept)
    }

    /// The product, with shared axes that are not kept added up: those of both, then the left's, then the right's.
    ///
    /// One matrix product, without a copy of an operand whose axes lie in order: shared, own, contracted, or shared,
    /// contracted, own. Where no matrix would come of it, an elementwise product and a sum, which fuse.
    func contracted(with other: NamedAxes, keeping kept: Set<Label>) -> NamedAxes {
        let shared = labels.filter { other.labels.contains($0) }
        let batch = shared.filter { kept.contains($0) }
        let summed = shared.filter { !kept.contains($0) }
        let (own, others) = (labels.filter { !shared.contains($0) }, other.labels.filter { !shared.contains($0) })
        let result = batch + own + others
        let extents = self.extents(batch + own) + other.extents(others)
        if summed.isEmpty || (own.isEmpty && others.isEmpty) || !tensor.dtype.isReal {
            let left = ordered(batch + summed + own).reshaped(
                self.extents(batch + summed + own) + others.map { _ in 1 })
            let right = other.ordered(batch + summed + others).reshaped(
                other.extents(batch + summed) + own.map { _ in 1 } + other.extents(others))
            let product = left * right
            guard !summed.isEmpty else { return NamedAxes(tensor: product, labels: result) }
            return NamedAxes(
                tensor: product.sum(axes: Array(batch.count..<batch.count + summed.count)), labels: result)
        }
        let (left, transposeA) = matrix(batch, rows: own, columns: summed)
        let (right, transposeB) = other.matrix(batch, rows: summed, columns: others)
        let product = Tensor.apply(Ops.Matmul(transposeA: transposeA, transposeB: transposeB), left, right)
        return NamedAxes(tensor: product.reshaped(extents), labels: result)
    }

    /// A matrix, or one for each element of the batch axes, and whether it lies transposed already.
    private func matrix(_ batch: [Label], rows: [Label], columns: [Label]) -> (tensor: Tensor, isTransposed: Bool) {
        func joined(_ names: [Label]) -> [Int] { [extents(names).reduce(1, *)] }
        let leading = batch.isEmpty ? [] : joined(batch)
        if labels == batch + columns + rows && labels != batch + rows + columns {
            return (tensor.reshaped(leading + joined(columns) + joined(rows)), true)
        }
        return (ordered(batch + rows + columns).reshaped(leading + joined(rows) + joined(columns)), false)
    }
}
