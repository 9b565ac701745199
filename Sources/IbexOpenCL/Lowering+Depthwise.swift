import IbexGraph

extension ConvolutionGeometry {
    /// Whether each channel has one filter of its own: what the depthwise kernels ask.
    var isDepthwise: Bool { groups > 1 && groups == image[3] && groups == result[3] }

    /// How the taps walk: forward from the image to the result, or back from the upstream.
    private func walk(isGradient: Bool) -> (step: [Int], start: [Int], tap: [Int], share: [Int]) {
        isGradient
            ? ([1, 1], window.low, window.dilation.map { -$0 }, window.strides)
            : (window.strides, window.low.map { -$0 }, window.dilation, [1, 1])
    }

    /// The depthwise kernels' `DepthwiseSteps`.
    private func steps(isGradient: Bool) -> KernelArgument {
        let (source, out) = isGradient ? (result, image) : (image, result)
        let walk = walk(isGradient: isGradient)
        let sizes = source.extents + [out[1], out[2]] + filter.extents.prefix(2)
        let numbers = sizes + walk.step + walk.start + walk.tap + walk.share
        return .structure(type: "DepthwiseSteps", numbers.map { Int32($0) })
    }

    /// What the kernels for CPU devices know when they are built. Two columns side by side: more share more of what they
    /// read, but touch more lines of memory at a time.
    private func macros(isGradient: Bool, _ dtype: DType, _ info: OpenCLDeviceInfo) -> [(key: String, value: String)] {
        let walk = walk(isGradient: isGradient)
        let numbers = [
            ("VW", vector(RegisterTile(dtype, columns: 1, info).lanes)), ("KH", filter[0]), ("KW", filter[1]),
            ("COLUMNS", 2.roundedUp(to: walk.share[1])), ("STEP", walk.step[1]), ("TAP", walk.tap[1]),
            ("SHARE", walk.share[1]),
        ]
        return [("REAL", dtype.valueType)] + numbers.map { ($0, "\($1)") }
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
        let (template, macros): (String, [(key: String, value: String)])
        let (rowsPerItem, global, local): (Int, LaunchSize, LaunchSize)
        switch recorder.variant {
        case .cpu:
            (template, macros) = ("depthwise_cpu", self.macros(isGradient: isGradient, dtype, recorder.info))
            rowsPerItem = rows.dividedUp(by: recorder.wantedItems * 2)
            (global, local) = (LaunchSize(rows.dividedUp(by: rowsPerItem)), LaunchSize(1))
        case .gpu:
            let width = vector(16 / dtype.byteCount)
            (template, macros) = ("depthwise_gpu", [("REAL", dtype.valueType), ("VW", "\(width)")])
            rowsPerItem = 1
            (global, local) = (LaunchSize(shape.elementCount / width), LaunchSize(128))
        }
        recorder.launch(
            tail.kernel("depthwise_steps+\(template)", macros),
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
            (template, macros) = ("depthwise_filter_cpu", self.macros(isGradient: false, dtype, recorder.info))
            split = Split(result[0] * result[1], items: 1, wanted: recorder.wantedItems * 2, step: 1, least: 4)
        case .gpu:
            (template, macros) = ("depthwise_filter_gpu", [("REAL", dtype.valueType)])
            split = Split(
                pixels, items: filter[0] * filter[1] * image[3].dividedUp(by: 32),
                wanted: recorder.computeUnits * 8, step: 8, least: 512)
        }
        let sums =
            split.parts == 1 ? out : recorder.scratch(byteCount: split.parts * size * dtype.byteCount)
        let isCPU = recorder.variant == .cpu
        recorder.launch(
            KernelSource(template: "depthwise_steps+\(template)", macros: macros),
            [.buffer(source), .buffer(gradient), .buffer(sums), steps(isGradient: false), .int(Int32(split.span))],
            global: isCPU
                ? LaunchSize(split.parts)
                : LaunchSize(image[3].dividedUp(by: 32) * 256, filter[0] * filter[1], split.parts),
            local: LaunchSize(isCPU ? 1 : 256))
        guard split.parts > 1 else { return }
        recorder.sumParts(sums, count: split.parts, size: size, dtype, into: out)
    }
}
