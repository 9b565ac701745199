import IbexGraph

extension Ops.Random: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) {
        let output = step.outputs[0]
        let total = output.shape.elementCount
        let isCPU = recorder.variant == .cpu
        let blocks = isCPU ? 8 : 1
        let all = (total + 4 * blocks - 1) / (4 * blocks)
        let groups = isCPU ? min(max(all / (recorder.wantedItems * 2), 8), 512) : 1
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
                ("BLOCKS", "\(blocks)"),
            ])
        recorder.launch(
            source,
            ([output] + step.inputs).map { .buffer($0.reference) } + [
                .long(Int64(total)), .long(Int64(groups)), .int(Int32(truncatingIfNeeded: seed)),
                .int(Int32(truncatingIfNeeded: seed >> 32)), .int(Int32(bitPattern: ordinal)),
            ], global: LaunchSize((all + groups - 1) / groups), local: LaunchSize(isCPU ? 1 : 64))
    }
}
