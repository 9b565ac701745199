import IbexGraph

extension Ops.Gather: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) {
        let (table, indices, output) = (step.inputs[0], step.inputs[1], step.outputs[0])
        guard output.shape.elementCount > 0 else { return }
        let own = count == nil ? 2 : 3
        let height = table.shape[0]
        let width = output.shape.elementCount / (count ?? indices.shape.elementCount)
        let rows = output.shape.elementCount / width
        let tail = EpilogueSource(
            epilogue, dtype: table.dtype, operands: step.inputs.dropFirst(own).map(\.typed),
            results: step.outputs.map(\.typed), shape: output.shape, items: 0,
            rows: count == nil ? indices.shape.rank : 1, to: &recorder)
        let isCPU = recorder.variant == .cpu
        let perItem = recorder.share(rows, each: width)
        let source = tail.kernel(
            "gather",
            [
                ("CELL", table.dtype.memoryType), ("REAL", table.dtype.valueType),
                ("LOAD(pointer, index)", table.dtype.loaded(from: "(pointer)", at: "(index)")),
                ("INDEX", indices.dtype.memoryType), ("OFFSET", count == nil ? "0" : "1"),
                ("BY_ELEMENT", isCPU ? "0" : "1"),
            ])
        recorder.launch(
            source,
            step.inputs.prefix(own).map { .buffer($0.reference) } + [.buffer(output.reference)]
                + [height, width, rows, perItem].map { .long(Int64($0)) } + tail.parameters.arguments,
            global: LaunchSize(isCPU ? (rows + perItem - 1) / perItem : rows * width),
            local: LaunchSize(isCPU ? 1 : 256))
    }
}

extension Ops.OneHot: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) {
        let (indices, output) = (step.inputs[0], step.outputs[0])
        let chunk = recorder.variant == .cpu ? 1024 : 1
        let total = output.shape.elementCount
        recorder.launch(
            KernelSource(
                template: "one_hot",
                macros: [
                    ("INDEX", indices.dtype.memoryType), ("OUT", output.dtype.memoryType),
                    ("PUT(pointer, index, value)", output.dtype.stored("(value)", to: "(pointer)", at: "index")),
                ]),
            [.buffer(indices.reference), .buffer(output.reference)]
                + [depth, total, chunk].map { .long(Int64($0)) },
            global: LaunchSize((total + chunk - 1) / chunk), local: LaunchSize(recorder.variant == .cpu ? 1 : 64))
    }
}
