import IbexGraph

/// The sizes and the work of one pooling kernel.
private struct Pooling {
    let window: Window
    let image, result: Shape
    let dtype: DType

    var geometry: KernelArgument {
        let numbers =
            image.extents + result.extents.dropFirst() + window.size + window.strides + window.low + window.dilation
            + [1]
        return .structure(numbers.map { Int32($0) })
    }

    /// Whether windows neither overlap nor leave the image.
    var isDisjoint: Bool {
        window.strides == window.size && window.dilation == [1, 1] && window.low == [0, 0]
            && result[1] * window.size[0] <= image[1] && result[2] * window.size[1] <= image[2]
    }

    /// Launches a pooling template over the rows of `over`: the result forward, the image backward.
    func launch(
        _ template: String, _ macro: (key: String, value: String)? = nil, over: Shape, buffers: [BufferReference],
        to recorder: inout OpenCLRecorder
    ) {
        guard over.elementCount > 0 else { return }
        let isCPU = recorder.variant == .cpu
        let widest = isCPU ? RegisterTile(dtype, columns: 1, recorder.info).lanes : 1
        var lanes = 1
        while lanes * 2 <= min(widest, over[3]) { lanes *= 2 }
        let vectors = (over[3] + lanes - 1) / lanes
        let blocks = isCPU ? vectors : 1
        let span = isCPU ? over[2] : 1
        let source = KernelSource(
            template: template, macros: [("REAL", dtype.valueType), ("VW", "\(lanes)")] + [macro].compactMap { $0 })
        recorder.launch(
            source, buffers.map { .buffer($0) } + [geometry, .int(Int32(blocks)), .int(Int32(span))],
            global: LaunchSize((vectors + blocks - 1) / blocks, (over[2] + span - 1) / span, over[0] * over[1]),
            local: LaunchSize(isCPU ? 1 : min(64, vectors)))
    }
}

extension Ops.MaxPool2D: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) {
        let (x, y) = (step.inputs[0], step.outputs[0])
        Pooling(window: window, image: x.shape, result: y.shape, dtype: x.dtype).launch(
            "pooling", ("MODE", "0"), over: y.shape, buffers: [x.reference, y.reference], to: &recorder)
    }
}

extension Ops.AveragePool2D: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) {
        let (x, y) = (step.inputs[0], step.outputs[0])
        Pooling(window: window, image: x.shape, result: y.shape, dtype: x.dtype).launch(
            "pooling", ("MODE", "1"), over: y.shape, buffers: [x.reference, y.reference], to: &recorder)
    }
}

extension Ops.MaxPool2DPick: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) {
        let (x, y) = (step.inputs[0], step.outputs[0])
        Pooling(window: window, image: x.shape, result: y.shape, dtype: x.dtype).launch(
            "pooling", ("MODE", "2"), over: y.shape, buffers: (step.inputs + [y]).map(\.reference), to: &recorder)
    }
}

extension Ops.MaxPool2DGradient: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) {
        let (x, pooled) = (step.inputs[0], step.inputs[1])
        let pooling = Pooling(window: window, image: x.shape, result: pooled.shape, dtype: x.dtype)
        let buffers = (step.inputs + [step.outputs[0]]).map(\.reference)
        if pooling.isDisjoint {
            pooling.launch("pooling_gradient_disjoint", over: pooled.shape, buffers: buffers, to: &recorder)
        } else {
            pooling.launch("pooling_gradient", ("MAXIMUM", "1"), over: x.shape, buffers: buffers, to: &recorder)
        }
    }
}

extension Ops.AveragePool2DGradient: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) {
        let upstream = step.inputs[0]
        Pooling(window: window, image: input, result: upstream.shape, dtype: upstream.dtype).launch(
            "pooling_gradient", ("MAXIMUM", "0"), over: input,
            buffers: [upstream.reference, step.outputs[0].reference], to: &recorder)
    }
}
