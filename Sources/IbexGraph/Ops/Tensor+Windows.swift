/// Windows over one, two or three spatial axes, channels last, made of the ops for two.
extension Tensor {
    /// The cross-correlation with a kernel.
    ///
    /// Shapes: x [batch, spatial axes…, channels], kernel [size…, channels / groups, filters], result
    /// [batch, positions…, filters]. One axis counts as an image of one row. Over three, each plane of the result is an
    /// image whose channels are those of all planes that the window sees.
    package func convolved(with kernel: Tensor, _ window: Window, groups: Int = 1) -> Tensor {
        switch window.size.count {
        case 1:
            return asImages().convolved(with: kernel.expandedDims(axis: 0), window.withUnitAxis(at: 0), groups: groups)
                .squeezed(axes: [1])
        case 3:
            let planes = window.size[0]
            let (size, filters) = (kernel.shape.extents[1...2], kernel.shape[4])
            let images = joiningPlanes(window[0..<1], groups: groups)
            let flat = kernel.transposed([1, 2, 0, 3, 4]).reshaped(size + [planes * kernel.shape[3], filters])
            let result = images.asImages().convolved(with: flat, window[1..<3], groups: groups)
            return result.unfoldingPlanes(images.shape[1])
        default:
            return .apply(Ops.Convolution2D(window, groups: groups), self, kernel)
        }
    }

    /// The transpose of `convolved`: what its gradient does with an upstream. `shape` is the shape of the result, whose
    /// channels are the kernel's last axis but one.
    ///
    /// Shapes: x [batch, positions…, filters], kernel [size…, channels, filters], result [batch, spatial axes…,
    /// channels].
    package func convolvedTransposed(with kernel: Tensor, _ window: Window, to shape: Shape) -> Tensor {
        let image = Tensor.fill(0, shape, dtype)
        return gradients(of: image.convolved(with: kernel, window), withRespectTo: [image], upstream: self)[0]
    }

    /// The largest element of each window; padding never wins.
    package func maxPooled(_ window: Window) -> Tensor { pooled(window) { .apply(Ops.MaxPool2D($1), $0) } }

    /// The mean of each window's real cells; padding is not counted.
    package func averagePooled(_ window: Window) -> Tensor { pooled(window) { .apply(Ops.AveragePool2D($1), $0) } }

    /// Both poolings may take one axis after the other: a window's real cells are a block, so that the mean of means is
    /// its mean.
    private func pooled(_ window: Window, by pool: (Tensor, Window) -> Tensor) -> Tensor {
        switch window.size.count {
        case 1: return pool(asImages(), window.withUnitAxis(at: 0)).squeezed(axes: [1])
        case 3:
            let planes = pool(asImages(), window[1..<3]).unfoldingPlanes(shape[1])
            let (rows, columns) = (planes.shape[2], planes.shape[3])
            let depth = planes.reshaped(shape[0], shape[1], rows * columns, shape[4])
            let result = pool(depth, window[0..<1].withUnitAxis(at: 1))
            return result.reshaped(shape[0], result.shape[1], rows, columns, shape[4])
        default: return pool(self, window)
        }
    }

    /// A sequence as an image of one row, a volume as its planes one after the other, an image as it is:
    /// [batch (· depth), rows, columns, channels].
    package func asImages() -> Tensor {
        switch rank {
        case 3: expandedDims(axis: 1)
        case 5: reshaped([shape[0] * shape[1]] + shape.extents.dropFirst(2))
        default: self
        }
    }

    /// Volumes from their planes.
    private func unfoldingPlanes(_ depth: Int) -> Tensor {
        reshaped([shape[0] / depth, depth] + shape.extents.dropFirst())
    }

    /// For each position of the window along the depth one plane, whose channels are, group by group, those of the
    /// planes that the window sees: [batch, positions, rows, columns, groups · size · channels / groups].
    private func joiningPlanes(_ window: Window, groups: Int) -> Tensor {
        let positions = window.positions(0, input: shape[1])
        let isPadded = window.low[0] + window.high[0] > 0
        let padded =
            isPadded ? padded(low: [0, window.low[0], 0, 0, 0], high: [0, window.high[0], 0, 0, 0]) : self
        let channels = shape[4] / groups
        let taps = (0..<window.size[0]).map { tap in
            padded.strided(axis: 1, start: tap * window.dilation[0], count: positions, step: window.strides[0])
                .reshaped(shape[0], positions, shape[2], shape[3], groups, channels)
        }
        return Tensor.stacked(taps, axis: 5)
            .reshaped(shape[0], positions, shape[2], shape[3], taps.count * shape[4])
    }
}
