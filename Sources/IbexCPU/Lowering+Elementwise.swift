import CIbexVector
import IbexGraph

/// An op that is one fused group: a function, a change of type, a movement of elements, a reduction.
protocol LoweredAsFused: CPULowering {
    func fused(_ inputs: [TensorType]) -> Ops.Fused
}

extension LoweredAsFused {
    package func lower(_ site: CPUSite) throws -> CPULaunch { try fused(site.inputs.map(\.type)).lower(site) }

    /// One operand read through a view over a space.
    func copy(_ input: TensorType, over domain: Shape, _ view: View) -> Ops.Fused {
        let load = Expression(instructions: [.init(.load(0), input.dtype)], results: [0])
        return Ops.Fused(domain: domain, views: [view], body: load)
    }
}

extension Ops.Elementwise: LoweredAsFused {
    func fused(_ inputs: [TensorType]) -> Ops.Fused {
        var instructions = inputs.indices.map { Expression.Instruction(.load($0), inputs[$0].dtype) }
        let dtype = function.yieldsBool ? DType.bool : inputs[inputs.count - 1].dtype
        instructions.append(.init(.apply(function), dtype, Array(inputs.indices)))
        return Ops.Fused(
            domain: inputs[0].shape, views: inputs.map { .contiguous($0.shape) },
            body: Expression(instructions: instructions, results: [inputs.count]))
    }
}

extension Ops.Cast: LoweredAsFused {
    func fused(_ inputs: [TensorType]) -> Ops.Fused {
        let body = Expression(
            instructions: [.init(.load(0), inputs[0].dtype), .init(.cast, dtype, [0])], results: [1])
        return Ops.Fused(domain: inputs[0].shape, views: [.contiguous(inputs[0].shape)], body: body)
    }
}

extension Ops.Fill: LoweredAsFused {
    func fused(_ inputs: [TensorType]) -> Ops.Fused {
        let body = Expression(instructions: [.init(.constant(0), type.dtype)], results: [0])
        return Ops.Fused(domain: type.shape, views: [], constants: [value], body: body)
    }
}

extension Ops.StopGradient: LoweredAsFused {
    func fused(_ inputs: [TensorType]) -> Ops.Fused {
        copy(inputs[0], over: inputs[0].shape, .contiguous(inputs[0].shape))
    }
}

extension Ops.CustomGradient: LoweredAsFused {
    func fused(_ inputs: [TensorType]) -> Ops.Fused {
        copy(inputs[0], over: inputs[0].shape, .contiguous(inputs[0].shape))
    }
}

extension Ops.Reshape: LoweredAsFused {
    func fused(_ inputs: [TensorType]) -> Ops.Fused { copy(inputs[0], over: shape, .contiguous(shape)) }
}

extension Ops.Transpose: LoweredAsFused {
    func fused(_ inputs: [TensorType]) -> Ops.Fused {
        let source = inputs[0].shape
        let view = View(strides: permutation.map { source.strides[$0] })
        return copy(inputs[0], over: Shape(permutation.map { source.extents[$0] }), view)
    }
}

extension Ops.Broadcast: LoweredAsFused {
    func fused(_ inputs: [TensorType]) -> Ops.Fused {
        let source = inputs[0].shape
        let added = shape.rank - source.rank
        let strides = shape.extents.indices.map { axis in
            axis < added || source.extents[axis - added] == 1 ? 0 : source.strides[axis - added]
        }
        return copy(inputs[0], over: shape, View(strides: strides))
    }
}

extension Ops.Slice: LoweredAsFused {
    func fused(_ inputs: [TensorType]) -> Ops.Fused {
        let strides = inputs[0].shape.strides
        let offset = zip(starts, strides).reduce(0) { $0 + $1.0 * $1.1 }
        return copy(inputs[0], over: Shape(counts), View(offset: offset, strides: zip(strides, steps).map { $0 * $1 }))
    }
}

extension Ops.Reduce: LoweredAsFused {
    func fused(_ inputs: [TensorType]) -> Ops.Fused {
        let source = inputs[0].shape
        let order = source.extents.indices.filter { !axes.contains($0) } + axes
        let load = Expression(instructions: [.init(.load(0), inputs[0].dtype)], results: [0])
        return Ops.Fused(
            domain: Shape(order.map { source.extents[$0] }), reducedAxes: axes.count,
            views: [View(strides: order.map { source.strides[$0] })], body: load, reductions: [kind])
    }
}
