import IbexGraph

/// The sizes of one convolution, in the order of `Geometry` in the kernels' prelude.
struct ConvolutionGeometry {
    let image, filter, result: Shape
    let window: Window
    let groups: Int

    var structure: KernelArgument {
        let numbers =
            image.extents + result.extents.dropFirst() + filter.extents.prefix(2) + window.strides + window.low
            + window.dilation + [groups]
        return .structure(numbers.map { Int32($0) })
    }

    var groupChannels: Int { image[3] / groups }
    var groupFilters: Int { result[3] / groups }
    /// Rows of the filter as a matrix.
    var cells: Int { filter[0] * filter[1] * groupChannels }
    var pixels: Int { result[0] * result[1] * result[2] }

    /// Whether every tap of every position along a spatial axis lies inside the image.
    func isInside(_ axis: Int) -> Bool {
        window.low[axis] == 0
            && (result[axis + 1] - 1) * window.strides[axis] + window.extent(axis) <= image[axis + 1]
    }

    /// Whether a filter row and the channels are one contiguous run of the image: what the fast path for few channels
    /// asks.
    var runsMerge: Bool { groups == 1 && window.dilation[1] == 1 && isInside(1) }
}

extension Ops.Convolution2D: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) throws {
        let geometry = ConvolutionGeometry(
            image: step.inputs[0].shape, filter: step.inputs[1].shape, result: step.outputs[0].shape, window: window,
            groups: groups)
        let run = geometry.runsMerge ? window.size[1] * geometry.groupChannels : geometry.groupChannels
        geometry.lowerGather(
            step, epilogue, isGradient: false, merged: geometry.runsMerge, run: run,
            columns: geometry.groupFilters, to: &recorder)
    }
}

extension Ops.Convolution2DInputGradient: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) throws {
        let geometry = ConvolutionGeometry(
            image: step.outputs[0].shape, filter: step.inputs[1].shape, result: step.inputs[0].shape, window: window,
            groups: groups)
        geometry.lowerGather(
            step, epilogue, isGradient: true, merged: false, run: geometry.groupFilters,
            columns: geometry.groupChannels, to: &recorder)
    }
}

extension ConvolutionGeometry {
    /// The forward pass and the input gradient: each pixel of the output gathers.
    fileprivate func lowerGather(
        _ step: Program.Step, _ epilogue: Epilogue?, isGradient: Bool, merged: Bool, run: Int, columns: Int,
        to recorder: inout OpenCLRecorder
    ) {
        let output = step.outputs[0]
        guard output.shape.elementCount > 0 else { return }
        let dtype = step.inputs[0].dtype
        let tail = EpilogueSource(
            epilogue, dtype: dtype, operands: step.inputs.dropFirst(2).map(\.typed), shape: output.shape, items: 0,
            rows: 3, to: &recorder)
        let total = output.shape.elementCount / output.shape[3]
        let zeros = recorder.zeros(byteCount: run * dtype.byteCount)
        if let winograd = WinogradConvolution(self, isGradient: isGradient, dtype, recorder) {
            return winograd.lowerGather(
                source: step.inputs[0].reference, filter: step.inputs[1].reference, out: output.reference,
                isGradient: isGradient, tail, to: &recorder)
        }
        let gradient = ("GRADIENT", isGradient ? "1" : "0")
        func arguments(rows: Int) -> [KernelArgument] {
            [
                .buffer(step.inputs[0].reference), .buffer(step.inputs[1].reference), .buffer(output.reference),
                .buffer(zeros), structure, .int(Int32(rows)), .int(merged ? 1 : 0),
            ] + tail.parameters.arguments
        }
        switch recorder.variant {
        case .cpu:
            let tile = RegisterTile(dtype, columns: columns, recorder.info)
            let blocks = (columns + tile.columns - 1) / tile.columns
            let rows = tile.rowsPerItem(rows: total, otherItems: blocks * groups, recorder)
            recorder.launch(
                tail.kernel("convolution_cpu", tile.macros(dtype) + [gradient]),
                arguments(rows: rows), global: LaunchSize(blocks, (total + rows - 1) / rows, groups))
        case .gpu:
            let tile = GroupTile(dtype, rows: total, columns: columns)
            recorder.launch(
                tail.kernel("convolution_gpu+tile_gpu", tile.macros(dtype) + [gradient]), arguments(rows: 0),
                global: tile.global(rows: total, columns: columns, layers: groups), local: GroupTile.local)
        }
    }
}

extension Ops.Convolution2DFilterGradient: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) throws {
        let output = step.outputs[0]
        guard output.shape.elementCount > 0 else { return }
        let geometry = ConvolutionGeometry(
            image: step.inputs[0].shape, filter: filter, result: step.inputs[1].shape, window: window, groups: groups)
        let dtype = output.dtype
        if let winograd = WinogradConvolution(geometry, isGradient: false, dtype, recorder) {
            return winograd.lowerFilterGradient(
                image: step.inputs[0].reference, gradient: step.inputs[1].reference, out: output.reference,
                to: &recorder)
        }
        let size = output.shape.elementCount
        func arguments(_ partial: BufferReference, span: Int) -> [KernelArgument] {
            [
                .buffer(step.inputs[0].reference), .buffer(step.inputs[1].reference), .buffer(partial),
                geometry.structure, .int(Int32(span)),
            ]
        }
        func partial(_ parts: Int) -> BufferReference {
            parts == 1 ? output.reference : recorder.scratch(byteCount: parts * size * dtype.byteCount)
        }
        let (parts, sums): (Int, BufferReference)
        switch recorder.variant {
        case .cpu:
            let tile = RegisterTile(dtype, columns: geometry.groupFilters, recorder.info)
            let columns = (geometry.groupFilters + tile.columns - 1) / tile.columns * groups
            // ROW_BLOCK and PANEL_DEPTH of the kernel.
            let (rowBlock, depth) = (96, 128)
            let rowBlocks = (geometry.cells + rowBlock - 1) / rowBlock
            let split = Split(
                geometry.pixels, items: columns * rowBlocks, wanted: recorder.wantedItems * 2, step: depth,
                least: depth * 4)
            let isPadded = !(geometry.isInside(0) && geometry.isInside(1))
            (parts, sums) = (split.parts, partial(split.parts))
            recorder.launch(
                KernelSource(
                    template: "convolution_filter_cpu",
                    macros: tile.macros(dtype) + [("PADDED", isPadded ? "1" : "0")]),
                arguments(sums, span: split.span), global: LaunchSize(columns, rowBlocks, parts))
        case .gpu:
            let tile = GroupTile(dtype, rows: geometry.cells, columns: geometry.groupFilters)
            let split = Split(
                geometry.pixels, items: tile.groups(rows: geometry.cells, columns: geometry.groupFilters) * groups,
                wanted: recorder.computeUnits * 4, step: tile.depth, least: 256)
            (parts, sums) = (split.parts, partial(split.parts))
            recorder.launch(
                KernelSource(template: "convolution_filter_gpu+tile_gpu", macros: tile.macros(dtype)),
                arguments(sums, span: split.span),
                global: tile.global(
                    rows: geometry.cells, columns: geometry.groupFilters, layers: groups * parts),
                local: GroupTile.local)
        }
        guard parts > 1 else { return }
        recorder.sumParts(sums, count: parts, size: size, dtype, into: output.reference)
    }
}

extension OpenCLRecorder {
    /// Adds `count` parts of `size` elements in ascending order.
    mutating func sumParts(
        _ parts: BufferReference, count: Int, size: Int, _ dtype: DType, into out: BufferReference
    ) {
        let chunk = variant == .cpu ? 256 : 1
        launch(
            KernelSource(
                template: "reduce_parts", macros: [("REAL", dtype.valueType), ("CHUNK", "\(chunk)")]),
            [.buffer(parts), .buffer(out), .long(Int64(size)), .int(Int32(count))],
            global: LaunchSize((size + chunk - 1) / chunk), local: LaunchSize(variant == .cpu ? 1 : 64))
    }
}
