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
        return .structure(type: "Geometry", numbers.map { Int32($0) })
    }

    /// Whether windows neither overlap nor leave the image.
    var isDisjoint: Bool {
        window.strides == window.size && window.dilation == [1, 1] && window.low == [0, 0]
            && result[1] * window.size[0] <= image[1] && result[2] * window.size[1] <= image[2]
    }

    /// Launches the gradient of the kind: by windows where they are apart, else by rows of the image on CPU devices and
    /// by elements on GPUs.
    func launchGradient(isMaximum: Bool, buffers: [BufferReference], to recorder: inout OpenCLRecorder) {
        let kind = ("MAXIMUM", isMaximum ? "1" : "0")
        if isDisjoint {
            launch("pooling_gradient_disjoint", kind, over: result, buffers: buffers, to: &recorder)
        } else if recorder.variant == .cpu {
            launchByRows(isMaximum: isMaximum, buffers: buffers, to: &recorder)
        } else {
            launch("pooling_gradient", kind, over: image, buffers: buffers, to: &recorder)
        }
    }

    private func launchByRows(isMaximum: Bool, buffers: [BufferReference], to recorder: inout OpenCLRecorder) {
        guard image.elementCount > 0 else { return }
        let lanes = lanes(recorder)
        // Whole images where there are enough: windows between two items are walked twice.
        let items = recorder.wantedItems.dividedUp(by: image[0])
        let span = image[1].dividedUp(by: min(items, image[1]))
        // Elements that are written once and that no cache will hold pass by the caches, in whole lines: buffers begin
        // where a line does (`OpenCLDeviceInfo.alignment`).
        let isStreamed =
            dtype == .float32 && lanes == 16 && image[3] % lanes == 0
            && image.elementCount * dtype.byteCount >= OpenCLRecorder.passingBytes
        let source =
            isMaximum
            ? KernelSource(template: "pooling_gradient_cpu", macros: macros(lanes: lanes))
            : KernelSource(
                template: "average_gradient_cpu",
                macros: macros(lanes: lanes) + [("STREAMED", isStreamed ? "1" : "0")])
        recorder.launch(
            source,
            buffers.map { .buffer($0) } + [geometry, .int(Int32(image[3].dividedUp(by: lanes))), .int(Int32(span))],
            global: LaunchSize(1, image[1].dividedUp(by: span), image[0]))
    }

    private func macros(lanes: Int) -> [(key: String, value: String)] {
        let numbers = [
            ("VW", lanes), ("KH", window.size[0]), ("KW", window.size[1]), ("SH", window.strides[0]),
            ("SW", window.strides[1]),
        ]
        return [("REAL", dtype.valueType)] + numbers.map { ($0, "\($1)") }
    }

    /// The width of the vectors that channels are taken in.
    private func lanes(_ recorder: OpenCLRecorder) -> Int {
        let widest = recorder.variant == .cpu ? RegisterTile(dtype, columns: 1, recorder.info).lanes : 1
        var lanes = 1
        while lanes * 2 <= min(widest, image[3]) { lanes *= 2 }
        return lanes
    }

    /// Launches a pooling template over `over`: the result forward, the image backward. On CPU devices items take whole
    /// rows of it.
    func launch(
        _ template: String, _ macro: (key: String, value: String), over: Shape, buffers: [BufferReference],
        to recorder: inout OpenCLRecorder
    ) {
        guard over.elementCount > 0 else { return }
        let lanes = lanes(recorder)
        let (vectors, total) = (over[3].dividedUp(by: lanes), over[0] * over[1])
        // Items that last long enough to be handed out, and no longer: neighbours are better made at about one time.
        let cells = over[2] * over[3] * window.size[0] * window.size[1]
        let share = recorder.share(total, each: cells)
        let (blocks, span, rows) =
            recorder.variant == .cpu ? (vectors, over[2], min(share, 32_768.dividedUp(by: cells))) : (1, 1, 1)
        recorder.launch(
            KernelSource(template: template, macros: macros(lanes: lanes) + [macro]),
            buffers.map { .buffer($0) } + [geometry] + [blocks, span, rows].map { .int(Int32($0)) },
            global: LaunchSize(
                vectors.dividedUp(by: blocks), over[2].dividedUp(by: span), total.dividedUp(by: rows)),
            local: LaunchSize(recorder.variant == .cpu ? 1 : min(64, vectors)))
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
        Pooling(window: window, image: x.shape, result: pooled.shape, dtype: x.dtype).launchGradient(
            isMaximum: true, buffers: (step.inputs + [step.outputs[0]]).map(\.reference), to: &recorder)
    }
}

extension Ops.AveragePool2DGradient: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) {
        let upstream = step.inputs[0]
        Pooling(window: window, image: input, result: upstream.shape, dtype: upstream.dtype).launchGradient(
            isMaximum: false, buffers: [upstream.reference, step.outputs[0].reference], to: &recorder)
    }
}
