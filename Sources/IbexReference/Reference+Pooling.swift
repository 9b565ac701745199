import IbexGraph

/// The places of the real cells of each window, in row-major order.
private func cells(_ window: Window, _ x: Shape, _ position: [Int]) -> [Int] {
    var cells: [Int] = []
    for i in 0..<window.size[0] {
        for j in 0..<window.size[1] {
            let row = position[1] * window.strides[0] + i * window.dilation[0] - window.low[0]
            let column = position[2] * window.strides[1] + j * window.dilation[1] - window.low[1]
            guard (0..<x[1]).contains(row), (0..<x[2]).contains(column) else { continue }
            cells.append(x.index([position[0], row, column, position[3]]))
        }
    }
    return cells
}

/// The place of the first maximum of each window; the first NaN counts as one.
private func winners(_ window: Window, _ x: Shape, _ values: [Double], _ y: Shape) -> [Int] {
    y.positions.map { position in
        let cells = cells(window, x, position)
        return cells.dropFirst().reduce(cells[0]) { best, cell in
            !values[best].isNaN && (values[cell].isNaN || values[cell] > values[best]) ? cell : best
        }
    }
}

extension Ops.MaxPool2D: ReferenceOp {
    package func compute(_ call: ReferenceCall) -> [[Double]] {
        let places = winners(window, call.inputs[0].shape, call.values[0], call.results[0].shape)
        return [places.map { call.values[0][$0] }]
    }
}

extension Ops.MaxPool2DGradient: ReferenceOp {
    package func compute(_ call: ReferenceCall) -> [[Double]] {
        let x = call.inputs[0].shape
        var dx = [Double](repeating: 0, count: x.elementCount)
        let places = winners(window, x, call.values[0], call.inputs[2].shape)
        for (index, place) in places.enumerated() { dx[place] += call.values[2][index] }
        return [dx]
    }
}

extension Ops.MaxPool2DPick: ReferenceOp {
    package func compute(_ call: ReferenceCall) -> [[Double]] {
        let places = winners(window, call.inputs[0].shape, call.values[0], call.results[0].shape)
        return [places.map { call.values[2][$0] }]
    }
}

extension Ops.AveragePool2D: ReferenceOp {
    package func compute(_ call: ReferenceCall) -> [[Double]] {
        let values = call.results[0].shape.positions.map { position in
            let cells = cells(window, call.inputs[0].shape, position)
            return cells.reduce(0) { $0 + call.values[0][$1] } / Double(cells.count)
        }
        return [values]
    }
}

extension Ops.AveragePool2DGradient: ReferenceOp {
    package func compute(_ call: ReferenceCall) -> [[Double]] {
        var dx = [Double](repeating: 0, count: input.elementCount)
        for (index, position) in call.inputs[0].shape.positions.enumerated() {
            let cells = cells(window, input, position)
            for cell in cells { dx[cell] += call.values[0][index] / Double(cells.count) }
        }
        return [dx]
    }
}
