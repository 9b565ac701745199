/// The geometry of a window that slides over one, two or three spatial axes: columns; rows, columns; depth, rows,
/// columns.
///
/// The ops take two axes; `Tensor.convolved` and its kin take all three counts.
package struct Window: Hashable, Sendable {
    package var size: [Int]
    package var strides: [Int]
    package var dilation: [Int]
    /// Cells added before and after each spatial axis.
    package var low: [Int]
    package var high: [Int]

    /// Strides and dilation of 1 and no padding where none are given.
    package init(
        size: [Int], strides: [Int]? = nil, dilation: [Int]? = nil, low: [Int]? = nil, high: [Int]? = nil
    ) {
        self.size = size
        self.strides = strides ?? size.map { _ in 1 }
        self.dilation = dilation ?? size.map { _ in 1 }
        self.low = low ?? size.map { _ in 0 }
        self.high = high ?? size.map { _ in 0 }
    }

    /// The window for Keras's `valid` (no padding) or `same` (⌈n / stride⌉ positions, the odd cell last).
    package init(size: [Int], strides: [Int], dilation: [Int]? = nil, same: Bool, input: [Int]) {
        self.init(size: size, strides: strides, dilation: dilation)
        guard same else { return }
        for axis in size.indices {
            let positions = (input[axis] + strides[axis] - 1) / strides[axis]
            let total = Swift.max((positions - 1) * strides[axis] + extent(axis) - input[axis], 0)
            low[axis] = total / 2
            high[axis] = total - total / 2
        }
    }

    /// The window along some of its axes.
    package subscript(_ axes: Range<Int>) -> Window {
        Window(
            size: Array(size[axes]), strides: Array(strides[axes]), dilation: Array(dilation[axes]),
            low: Array(low[axes]), high: Array(high[axes]))
    }

    /// The window with one more axis, along which it is one cell and stays: `axis` is that axis's place in the result.
    package func withUnitAxis(at axis: Int) -> Window {
        var window = self
        window.size.insert(1, at: axis)
        window.strides.insert(1, at: axis)
        window.dilation.insert(1, at: axis)
        window.low.insert(0, at: axis)
        window.high.insert(0, at: axis)
        return window
    }

    /// How many cells the window spans along an axis: dilation (size - 1) + 1.
    package func extent(_ axis: Int) -> Int { dilation[axis] * (size[axis] - 1) + 1 }

    /// How many positions the window takes along an axis with `input` cells.
    package func positions(_ axis: Int, input: Int) -> Int {
        let room = input + low[axis] + high[axis] - extent(axis)
        return room < 0 ? 0 : room / strides[axis] + 1
    }

    func validate(_ op: some Op, input: Shape) throws(IbexError) {
        guard size.count == 2, strides.count == 2, dilation.count == 2, low.count == 2, high.count == 2,
            (size + strides + dilation).allSatisfy({ $0 > 0 }), (low + high).allSatisfy({ $0 >= 0 })
        else {
            throw op.shapeError(
                "window \(size), strides \(strides), dilation \(dilation)", expected: "two positive numbers in each")
        }
        guard input.rank == 4 else {
            throw op.shapeError("shape \(input)", expected: "four axes: batch, rows, columns, channels")
        }
        guard positions(0, input: input[1]) > 0, positions(1, input: input[2]) > 0 else {
            throw op.shapeError(
                "a window of \(extent(0)) x \(extent(1)) cells over \(input[1]) x \(input[2])",
                expected: "a window that fits into the padded input", remedy: "Use a smaller window or padding .same.")
        }
    }
}
