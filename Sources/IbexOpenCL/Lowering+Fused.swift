import IbexGraph

extension Ops.Fused: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) throws {
        lower(
            operands: step.inputs.map { TypedBuffer(reference: $0.reference, dtype: $0.dtype) },
            results: step.outputs.map { TypedBuffer(reference: $0.reference, dtype: $0.dtype) }, to: &recorder)
    }

    func lower(operands: [TypedBuffer], results: [TypedBuffer], to recorder: inout OpenCLRecorder) {
        var kernel = FusedKernel(self, operands: operands, results: results)
        if isReduction { kernel.lowerReduction(to: &recorder) } else { kernel.lowerMap(to: &recorder) }
    }
}
