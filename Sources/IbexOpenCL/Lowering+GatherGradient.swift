import IbexGraph

extension Ops.GatherGradient: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) {
        guard step.outputs[0].shape.elementCount > 0 else { return }
        switch recorder.variant {
        case .cpu: lowerInBlocks(step, to: &recorder)
        case .gpu: lowerSorted(step, to: &recorder)
        }
    }

    /// Few, tall blocks of rows: each reads the whole list of indices.
    private func lowerInBlocks(_ step: Program.Step, to recorder: inout OpenCLRecorder) {
        let (indices, upstream, output) = (step.inputs[0], step.inputs[1], step.outputs[0])
        let height = output.shape[0]
        let width = output.shape.elementCount / height
        let perItem = height.dividedUp(by: recorder.wantedItems)
        recorder.launch(
            KernelSource(
                template: "gather_gradient",
                macros: [("REAL", output.dtype.valueType), ("INDEX", indices.dtype.memoryType)]),
            [indices, upstream, output].map { .buffer($0.reference) }
                + [height, width, indices.shape.elementCount, perItem, width].map { .long(Int64($0)) },
            global: LaunchSize(height.dividedUp(by: perItem)))
    }

    /// Sorts the indices, then sums each row's upstream from where its index begins.
    private func lowerSorted(_ step: Program.Step, to recorder: inout OpenCLRecorder) {
        let (indices, upstream, output) = (step.inputs[0], step.inputs[1], step.outputs[0])
        let count = indices.shape.elementCount
        let height = output.shape[0]
        var size = 2
        while size < count { size *= 2 }
        // The keys that gather_sort_gpu.cl holds in local memory.
        let block = min(size, 2048)
        let keys = KernelArgument.buffer(recorder.scratch(byteCount: size * 8))
        func source(_ mode: Int) -> KernelSource {
            KernelSource(
                template: "gather_sort_gpu", macros: [("INDEX", indices.dtype.memoryType), ("MODE", "\(mode)")])
        }
        func int(_ value: Int) -> KernelArgument { .int(Int32(value)) }
        let blocks = LaunchSize(size / block * 256)
        recorder.launch(
            source(0), [.buffer(indices.reference), keys, .long(Int64(height)), int(count), int(block)],
            global: blocks, local: LaunchSize(256))
        var stage = block * 2
        while stage <= size {
            var far = stage / 2
            while far >= block {
                recorder.launch(
                    source(1), [keys, int(size), int(stage), int(far)], global: LaunchSize(size / 2),
                    local: LaunchSize(256))
                far /= 2
            }
            recorder.launch(source(2), [keys, int(block), int(stage)], global: blocks, local: LaunchSize(256))
            stage *= 2
        }
        let total = output.shape.elementCount
        recorder.launch(
            KernelSource(template: "gather_sum_gpu", macros: [("REAL", output.dtype.valueType)]),
            [keys, .buffer(upstream.reference), .buffer(output.reference)]
                + [total, total / height].map { .long(Int64($0)) } + [int(size)],
            global: LaunchSize(total), local: LaunchSize(256))
    }
}
