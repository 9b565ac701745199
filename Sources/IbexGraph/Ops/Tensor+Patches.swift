extension Tensor {
    /// The windows of images as rows of numbers: [n, h, w, c] gives [n, oh, ow, rows · columns · c].
    ///
    /// A window's numbers are in row-major order: row, column, channel. With `same`, zeros are added around the
    /// images so that there are ⌈h / stride⌉ windows. Source: Keras's `ops.image.extract_patches`.
    ///
    ///     let patches = images.extractPatches(size: [16, 16])      // those of a vision transformer
    ///
    /// - Parameter strides: how far windows are apart; their size where none are given.
    /// - Precondition: the tensor has four axes; size, strides and dilation are two positive numbers each.
    public func extractPatches(
        size: [Int], strides: [Int]? = nil, dilation: [Int] = [1, 1], same: Bool = false
    ) -> Tensor {
        let strides = strides ?? size
        precondition(
            rank == 4 && [size, dilation, strides].allSatisfy { $0.count == 2 && $0[0] > 0 && $0[1] > 0 },
            "extractPatches: found shape \(shape), size \(size), strides \(strides), dilation \(dilation); "
                + "expected four axes, and two positive numbers each")
        let window = Window(size: size, strides: strides, dilation: dilation, same: same, input: [shape[1], shape[2]])
        let images = padded(low: [0] + window.low + [0], high: [0] + window.high + [0])
        let rows = window.positions(0, input: shape[1])
        let columns = window.positions(1, input: shape[2])
        let cells = (0..<size[0]).flatMap { row in
            (0..<size[1]).map { column in
                Tensor.apply(
                    Ops.Slice(
                        starts: [0, row * dilation[0], column * dilation[1], 0],
                        counts: [shape[0], rows, columns, shape[3]], steps: [1] + window.strides + [1]), images)
            }
        }
        return .concatenated(cells, axis: -1)
    }
}
