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
        let tile = RegisterTile(dtype, columns: columns, recorder.info)
        let blocks = (columns + tile.columns - 1) / tile.columns
        let total = output.shape.elementCount / output.shape[3]
        let rows = tile.rowsPerItem(rows: total, otherItems: blocks * groups, recorder)
        let zeros = recorder.zeros(byteCount: run * dtype.byteCount)
        let source = tail.kernel(
            "convolution_cpu",
            tile.macros(dtype) + [("GRADIENT", isGradient ? "1" : "0"), ("MERGED", merged ? "1" : "0")])
        recorder.launch(
            source,
            [
                .buffer(step.inputs[0].reference), .buffer(step.inputs[1].reference), .buffer(output.reference),
                .buffer(zeros), structure, .int(Int32(rows)),
            ] + tail.parameters.arguments,
            global: LaunchSize(blocks, (total + rows - 1) / rows, groups))
    }
}

extension Ops.Convolution2DFilterGradient: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) throws {
        let output = step.outputs[0]
        guard output.shape.elementCount > 0 else { return }
        let geometry = ConvolutionGeometry(
            image: step.inputs[0].shape, filter: filter, result: step.inputs[1].shape, window: window, groups: groups)
        let dtype = output.dtype
        let tile = RegisterTile(dtype, columns: geometry.groupFilters, recorder.info)
        let columns = (geometry.groupFilters + tile.columns - 1) / tile.columns * groups
        // ROW_BLOCK and PANEL_DEPTH of the kernel.
        let (rowBlock, depth) = (96, 128)
        let rowBlocks = (geometry.cells + rowBlock - 1) / rowBlock
        let slabs = (geometry.pixels + depth - 1) / depth
        let wanted = (recorder.wantedItems * 2 + columns * rowBlocks - 1) / (columns * rowBlocks)
        let span = max((slabs + max(min(wanted, slabs / 4), 1) - 1) / max(min(wanted, slabs / 4), 1), 1) * depth
        let splits = max((geometry.pixels + span - 1) / span, 1)

        let size = output.shape.elementCount
        let partial =
            splits == 1 ? output.reference : recorder.scratch(byteCount: splits * size * dtype.byteCount)
        let isPadded = !(geometry.isInside(0) && geometry.isInside(1))
        recorder.launch(
            KernelSource(
                template: "convolution_filter_cpu", macros: tile.macros(dtype) + [("PADDED", isPadded ? "1" : "0")]),
            [
                .buffer(step.inputs[0].reference), .buffer(step.inputs[1].reference), .buffer(partial),
                geometry.structure, .int(Int32(span)),
            ], global: LaunchSize(columns, rowBlocks, splits))
        guard splits > 1 else { return }
        recorder.sumParts(partial, count: splits, size: size, dtype, into: output.reference)
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
