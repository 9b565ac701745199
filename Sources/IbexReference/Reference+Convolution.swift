import IbexGraph

/// Every product of a convolution: the places of input cell, kernel cell and result cell.
private func eachProduct(
    _ window: Window, groups: Int, x: Shape, w: Shape, y: Shape, _ body: (Int, Int, Int) -> Void
) {
    let filtersPerGroup = w[3] / groups
    for (place, position) in y.positions.enumerated() {
        let group = position[3] / filtersPerGroup
        for i in 0..<w[0] {
            let row = position[1] * window.strides[0] + i * window.dilation[0] - window.low[0]
            guard (0..<x[1]).contains(row) else { continue }
            for j in 0..<w[1] {
                let column = position[2] * window.strides[1] + j * window.dilation[1] - window.low[1]
                guard (0..<x[2]).contains(column) else { continue }
                let first = ((position[0] * x[1] + row) * x[2] + column) * x[3] + group * w[2]
                for channel in 0..<w[2] {
                    body(first + channel, ((i * w[1] + j) * w[2] + channel) * w[3] + position[3], place)
                }
            }
        }
    }
}

extension Ops.Convolution2D: ReferenceOp {
    package func compute(_ call: ReferenceCall) -> [[Double]] {
        var y = [Double](repeating: 0, count: call.results[0].shape.elementCount)
        eachProduct(
            window, groups: groups, x: call.inputs[0].shape, w: call.inputs[1].shape, y: call.results[0].shape
        ) { y[$2] += call.values[0][$0] * call.values[1][$1] }
        return finished(y, call)
    }
}

extension Ops.Convolution2DInputGradient: ReferenceOp {
    package func compute(_ call: ReferenceCall) -> [[Double]] {
        var dx = [Double](repeating: 0, count: input.elementCount)
        eachProduct(window, groups: groups, x: input, w: call.inputs[1].shape, y: call.inputs[0].shape) {
            dx[$0] += call.values[0][$2] * call.values[1][$1]
        }
        return finished(dx, call)
    }
}

extension Ops.Convolution2DFilterGradient: ReferenceOp {
    package func compute(_ call: ReferenceCall) -> [[Double]] {
        var dw = [Double](repeating: 0, count: filter.elementCount)
        eachProduct(window, groups: groups, x: call.inputs[0].shape, w: filter, y: call.inputs[1].shape) {
            dw[$1] += call.values[0][$0] * call.values[1][$2]
        }
        return [dw]
    }
}
