import IbexGraph

extension DType {
    /// An unsigned OpenCL C type of the element's size, for moving.
    fileprivate var cellType: String {
        switch byteCount {
        case 1: "uchar"
        case 2: "ushort"
        case 4: "uint"
        default: "ulong"
        }
    }

    /// The bits of a number as such a type.
    fileprivate func cell(_ value: Double) -> KernelArgument {
        switch self {
        case .float16: .short(Float16(value).bitPattern)
        case .bfloat16: .short(UInt16(truncatingIfNeeded: (Float(value).bitPattern &+ 0x8000) >> 16))
        case .float32: .int(Int32(bitPattern: Float(value).bitPattern))
        case .float64: .long(Int64(bitPattern: value.bitPattern))
        default: KernelArgument(value, self)
        }
    }
}

extension Ops.Concatenate: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) {
        let output = step.outputs[0]
        let below = output.shape.strides[axis]
        var start = 0
        for piece in step.inputs {
            let inner = piece.shape[axis] * below
            let total = piece.shape.elementCount
            defer { start += inner }
            let chunk = recorder.variant == .cpu ? max(total / (recorder.wantedItems * 2), 4096) : 1
            recorder.launch(
                KernelSource(template: "movement", macros: [("CELL", output.dtype.cellType), ("MODE", "0")]),
                [.buffer(piece.reference), .buffer(output.reference)]
                    + [inner, output.shape[axis] * below, start, total, chunk].map { .long(Int64($0)) },
                global: LaunchSize((total + chunk - 1) / chunk), local: LaunchSize(recorder.variant == .cpu ? 1 : 64))
        }
    }
}

extension Ops.Pad: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) throws {
        let (input, output) = (step.inputs[0], step.outputs[0])
        let rank = output.shape.rank
        guard rank <= 8 else {
            throw IbexError(
                .kernel, at: name, found: "\(rank) axes", expected: "at most 8", remedy: "Reshape the tensor first.")
        }
        let filler = [Int](repeating: 0, count: 8 - rank)
        let axes =
            (output.shape.extents + filler) + (input.shape.extents + filler) + (low + filler) + (interior + filler)
        let total = output.shape.elementCount
        let chunk = recorder.variant == .cpu ? max(total / (recorder.wantedItems * 2), 1024) : 1
        recorder.launch(
            KernelSource(
                template: "movement",
                macros: [("CELL", output.dtype.cellType), ("MODE", "1"), ("RANK", "\(rank)")]),
            [
                .buffer(input.reference), .buffer(output.reference),
                .structure(type: "PadAxes", axes.map { Int32($0) }), output.dtype.cell(value),
                .long(Int64(total)), .long(Int64(chunk)),
            ], global: LaunchSize((total + chunk - 1) / chunk), local: LaunchSize(recorder.variant == .cpu ? 1 : 64))
    }
}
