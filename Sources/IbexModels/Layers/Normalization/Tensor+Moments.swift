import IbexGraph

extension Tensor {
    /// Mean and biased variance along axes, which stay with extent 1, in one pass over the tensor.
    ///
    /// With s the first element along the axes and d = x - s: mean = s + E[d], variance = E[d²] - E[d]². What is squared
    /// is of the size of the deviations, whatever offset all elements share.
    func shiftedMoments(axes: [Int]) -> (mean: Tensor, variance: Tensor) {
        let shift = axes.reduce(self) { $0.narrowed(axis: $1, start: 0, count: 1) }.stopGradient()
        // Each difference is written once: a value that two expressions share would be stored in full.
        let offset = (self - shift).mean(axes: axes, keepDims: true)
        let square = (shift - self).square().mean(axes: axes, keepDims: true)
        return (shift + offset, (square - offset.square()).maximum(0))
    }

    /// Mean and biased variance along axes of the elements that a mask keeps, as Keras weighs them: the mean of no element
    /// is zero.
    func maskedMoments(axes: [Int], mask: Tensor) -> (mean: Tensor, variance: Tensor) {
        let kept = mask.cast(to: .bool).expandedDims(axis: -1).broadcast(to: shape)
        let count = kept.cast(to: dtype).sum(axes: axes, keepDims: true) + 1e-7
        let mean = Tensor.where(kept, self, filled(0)).sum(axes: axes, keepDims: true) / count
        let deviation = Tensor.where(kept, self - mean, filled(0))
        return (mean, deviation.square().sum(axes: axes, keepDims: true) / count)
    }

    /// Mean and variance of each sample's groups of channels, with the channels' axis split in two, [groups, 1], and
    /// extents of 1 elsewhere.
    ///
    /// The channels' own moments come first: with channels last, a vector of channels is read at each position. A group's
    /// mean is the mean of theirs; its variance the mean of theirs and the variance of their means.
    ///
    /// - Precondition: `groups` divides the channels.
    func groupedMoments(axis: Int, groups: Int) -> (mean: Tensor, variance: Tensor) {
        let positions = shape.axes(except: [0, axis])
        let (means, variances) = positions.isEmpty ? (self, filled(0)) : shiftedMoments(axes: positions)
        let parts = means.shape.grouping(axis, by: groups)
        let (mean, between) = means.reshaped(to: parts).shiftedMoments(axes: [axis + 1])
        return (mean, variances.reshaped(to: parts).mean(axis: axis + 1, keepDims: true) + between)
    }
}

extension Shape {
    /// The shape with an axis split into so many groups and what each holds.
    func grouping(_ axis: Int, by groups: Int) -> Shape {
        var extents = extents
        extents.replaceSubrange(axis...axis, with: [groups, extents[axis] / groups])
        return Shape(extents)
    }
}
