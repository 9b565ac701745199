import IbexGraph

extension ConvolutionGeometry {
    /// Whether each channel has one filter of its own: what the depthwise kernels ask.
    var isDepthwise: Bool { groups > 1 && groups == image[3] && groups == result[3] }

    /// The depthwise kernels' `DepthwiseSteps`: forward from the image to the result, or back from the upstream.
    private func steps(isGradient: Bool) -> KernelArgument {
        let (source, out) = isGradient ? (result, image) : (image, result)
        let walk =
            isGradient
            ? [1, 1] + window.low + window.dilation.map { -$0 } + window.strides
            : window.strides + window.low.map { -$0 } + window.dilation + [1, 1]
        let numbers = source.extents + [out[1], out[2]] + filter.extents.prefix(2) + walk
        return .structure(numbers.map { Int32($0) })
    }

    /// The widest vector of at most `lanes` that the channels are made of.
    private func vector(_ lanes: Int) -> Int {
        var width = 1
        while width * 2 <= lanes, image[3] % (width * 2) == 0 { width *= 2 }
        return width
    }

    /// The forward pass or the input gradient.
    func lowerDepthwise(
        source: BufferReference, filter: BufferReference, out: BufferReference, isGradient: Bool, _ dtype: DType,
        _ tail: EpilogueSource, to recorder: inout OpenCLRecorder
    ) {
        let shape = isGradient ? image : result
        let rows = shape[0] * shape[1]
        let (template, width, rowsPerItem, global, local): (String, Int, Int, LaunchSize, LaunchSize)
        switch recorder.variant {
        case .cpu:
            (template, width) = ("depthwise_cpu", vector(RegisterTile(dtype, columns: 1, recorder.info).lanes))
            rowsPerItem = rows.dividedUp(by: recorder.wantedItems * 2)
            (global, local) = (LaunchSize(rows.dividedUp(by: rowsPerItem)), LaunchSize(1))
        case .gpu:
            (template, width) = ("depthwise_gpu", vector(16 / dtype.byteCount))
            rowsPerItem = 1
            (global, local) = (LaunchSize(shape.elementCount / width), LaunchSize(128))
        }
        recorder.launch(
            tail.kernel(
                "depthwise_steps+\(template)", [("REAL", dtype.valueType), ("VW", "\(width)")]),
            [.buffer(source), .buffer(filter), .buffer(out), steps(isGradient: isGradient), .int(Int32(rowsPerItem))]
                + tail.parameters.arguments, global: global, local: local)
    }

    /// The filter gradient: parts of the pixels, and a second pass that adds them.
    func lowerDepthwiseFilter(
        image source: BufferReference, gradient: BufferReference, out: BufferReference, _ dtype: DType,
        to recorder: inout OpenCLRecorder
    ) {
        let size = filter.elementCount
        let (template, macros, split): (String, [(key: String, value: String)], Split)
        switch recorder.variant {
        case .cpu:
            let width = vector(RegisterTile(dtype, columns: 1, recorder.info).lanes)
            (template, macros) = ("depthwise_filter_cpu", [("VW", "\(width)"), ("TAPS", "\(filter[1])")])
            split = Split(result[0] * result[1], items: 1, wanted: recorder.wantedItems * 2, step: 1, least: 4)
        case .gpu:
            (template, macros) = ("depthwise_filter_gpu", [])
            split = Split(
                pixels, items: filter[0] * filter[1] * image[3].dividedUp(by: 32),
                wanted: recorder.computeUnits * 8, step: 8, least: 512)
        }
        let sums =
            split.parts == 1 ? out : recorder.scratch(byteCount: split.parts * size * dtype.byteCount)
        let isCPU = recorder.variant == .cpu
        recorder.launch(
            KernelSource(
                template: "depthwise_steps+\(template)", macros: [("REAL", dtype.valueType)] + macros),
            [.buffer(source), .buffer(gradient), .buffer(sums), steps(isGradient: false), .int(Int32(split.span))],
            global: isCPU
                ? LaunchSize(split.parts)
                : LaunchSize(image[3].dividedUp(by: 32) * 256, filter[0] * filter[1], split.parts),
            local: LaunchSize(isCPU ? 1 : 256))
        guard split.parts > 1 else { return }
        recorder.sumParts(sums, count: split.parts, size: size, dtype, into: out)
    }
}
