import IbexGraph

/// What the softmax template computes: the values of its macro MODE.
private enum SoftmaxMode: Int {
    case softmax, logSoftmax, crossEntropy, gradient

    func launch(
        _ shape: Shape, _ dtype: DType, labels: Program.Operand? = nil, buffers: [BufferReference],
        to recorder: inout OpenCLRecorder
    ) {
        guard shape.elementCount > 0 else { return }
        let classes = shape[-1]
        let rows = shape.elementCount / classes
        if recorder.variant == .gpu && Self.takesGroups(classes) {
            return launchGroups(rows: rows, classes: classes, dtype, labels: labels, buffers: buffers, to: &recorder)
        }
        let isCPU = recorder.variant == .cpu
        let lanes = isCPU ? RegisterTile(dtype, columns: 1, recorder.info).lanes : 1
        let perItem = isCPU ? recorder.share(rows, each: classes).roundedUp(to: lanes) : 1
        let isShort = isCPU && classes <= Self.mostShort
        let source = KernelSource(
            template: isShort ? "turn_rows+softmax_short_cpu" : "softmax",
            macros: [
                ("REAL", dtype.valueType), ("MODE", "\(rawValue)"), ("VW", "\(lanes)"),
                ("SPARSE", labels?.dtype.isInteger == true ? "1" : "0"),
                ("LABEL", (labels?.dtype ?? dtype).memoryType),
            ] + (isShort ? [("COUNT", "\(classes)")] : []))
        let sizes: [KernelArgument] = [.long(Int64(rows))] + (isShort ? [] : [.int(Int32(classes))])
        recorder.launch(
            source, buffers.map { .buffer($0) } + sizes + [.int(Int32(perItem))],
            global: LaunchSize((rows + perItem - 1) / perItem), local: LaunchSize(isCPU ? 1 : 64))
    }
}

extension SoftmaxMode {
    /// The classes of rows that CPU devices take side by side, each number of them a kernel of its own: beyond, a row
    /// fills vectors well by itself.
    fileprivate static let mostShort = 32

    /// Whether a row is long enough for a work-group of a GPU; shorter ones are an item's work.
    fileprivate static func takesGroups(_ classes: Int) -> Bool { classes > 64 }

    private func launchGroups(
        rows: Int, classes: Int, _ dtype: DType, labels: Program.Operand?, buffers: [BufferReference],
        to recorder: inout OpenCLRecorder
    ) {
        recorder.launch(
            KernelSource(
                template: "softmax_gpu",
                macros: [
                    ("REAL", dtype.valueType), ("MODE", "\(rawValue)"),
                    ("SPARSE", labels?.dtype.isInteger == true ? "1" : "0"),
                    ("LABEL", (labels?.dtype ?? dtype).memoryType),
                ]), buffers.map { .buffer($0) } + [.int(Int32(classes))], global: LaunchSize(rows * 256),
            local: LaunchSize(256))
    }
}

extension Ops.Softmax: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) {
        SoftmaxMode.softmax.launch(
            step.inputs[0].shape, step.inputs[0].dtype,
            buffers: [step.inputs[0].reference, step.outputs[0].reference], to: &recorder)
    }
}

extension Ops.LogSoftmax: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) {
        SoftmaxMode.logSoftmax.launch(
            step.inputs[0].shape, step.inputs[0].dtype,
            buffers: [step.inputs[0].reference, step.outputs[0].reference], to: &recorder)
    }
}

extension Ops.SoftmaxCrossEntropy: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) {
        SoftmaxMode.crossEntropy.launch(
            step.inputs[0].shape, step.inputs[0].dtype, labels: step.inputs[1],
            buffers: (step.inputs + step.outputs).map(\.reference), to: &recorder)
    }
}

extension Ops.SoftmaxCrossEntropyGradient: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) {
        SoftmaxMode.gradient.launch(
            step.inputs[0].shape, step.inputs[0].dtype, labels: step.inputs[1],
            buffers: (step.inputs + step.outputs).map(\.reference), to: &recorder)
    }
}
