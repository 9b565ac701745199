import IbexGraph

extension Ops.Random: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) {
        let output = step.outputs[0]
        let total = output.shape.elementCount
        let isCPU = recorder.variant == .cpu
        let all = (total + 3) / 4
        let blocks = isCPU ? min(max(all / (recorder.wantedItems * 2), 64), 4096) : 1
        let number =
            switch kind {
            case .uniform: 0
            case .normal: 1
            case .bits: 2
            }
        let source = KernelSource(
            template: "random",
            macros: [
                ("OUT", output.dtype.memoryType), ("KIND", "\(number)"),
                ("DOUBLE", output.dtype == .float64 ? "1" : "0"), ("STEP", step.inputs.isEmpty ? "0" : "1"),
            ])
        recorder.launch(
            source,
            ([output] + step.inputs).map { .buffer($0.reference) } + [
                .long(Int64(total)), .long(Int64(blocks)), .int(Int32(truncatingIfNeeded: seed)),
                .int(Int32(truncatingIfNeeded: seed >> 32)), .int(Int32(bitPattern: ordinal)),
            ], global: LaunchSize((all + blocks - 1) / blocks), local: LaunchSize(isCPU ? 1 : 64))
    }
}
