import IbexGraph

/// The sizes of one convolution, in the order of `Geometry` in the kernels' prelude.
struct ConvolutionGeometry {
    var image: Shape
    let filter, result: Shape
    var window: Window
    let groups: Int

    var structure: KernelArgument {
        let numbers =
            image.extents + result.extents.dropFirst() + filter.extents.prefix(2) + window.strides + window.low
            + window.dilation + [groups]
        return .structure(type: "Geometry", numbers.map { Int32($0) })
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

    /// Whether each pixel is a row of a matrix product: one tap, and every pixel.
    var isProduct: Bool {
        window.size == [1, 1] && window.strides == [1, 1] && groups == 1 && isInside(0) && isInside(1)
            && image[1] == result[1] && image[2] == result[2]
    }

    /// Whether a filter row and the channels are one contiguous run of the image: what the fast path for few channels
    /// asks.
    var runsMerge: Bool { groups == 1 && window.dilation[1] == 1 && isInside(1) }

    /// The same convolution over an image with a border of zeros around it, so that no tap falls outside.
    var padded: ConvolutionGeometry {
        if isInside(0) && isInside(1) { return self }
        let sides = [0, 1].map { axis in
            max(
                window.low[axis] + image[axis + 1],
                (result[axis + 1] - 1) * window.strides[axis] + window.extent(axis))
        }
        var padded = self
        padded.image = [image[0], sides[0], sides[1], image[3]]
        padded.window = Window(size: window.size, strides: window.strides, dilation: window.dilation)
        return padded
    }

    /// A copy of the image with the border that `wide` has around it; the image itself where that has none.
    func image(
        _ source: BufferReference, in wide: ConvolutionGeometry, _ dtype: DType, to recorder: inout OpenCLRecorder
    ) -> BufferReference {
        if isInside(0) && isInside(1) { return source }
        let copy = recorder.scratch(byteCount: wide.image.elementCount * dtype.byteCount)
        let numbers = [image[1], image[2], image[3], wide.image[1], wide.image[2], window.low[0], window.low[1]]
        recorder.launch(
            KernelSource(template: "convolution_pad", macros: [("REAL", dtype.valueType)]),
            [.buffer(source), .buffer(copy)] + numbers.map { .int(Int32($0)) },
            global: LaunchSize(image[0] * wide.image[1]))
        return copy
    }
}

extension Ops.Convolution2D: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) throws {
        let geometry = ConvolutionGeometry(
            image: step.inputs[0].shape, filter: step.inputs[1].shape, result: step.outputs[0].shape, window: window,
            groups: groups)
        geometry.lowerGather(step, epilogue, isGradient: false, columns: geometry.groupFilters, to: &recorder)
    }
}

extension Ops.Convolution2DInputGradient: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) throws {
        let geometry = ConvolutionGeometry(
            image: step.outputs[0].shape, filter: step.inputs[1].shape, result: step.inputs[0].shape, window: window,
            groups: groups)
        geometry.lowerGather(step, epilogue, isGradient: true, columns: geometry.groupChannels, to: &recorder)
    }
}

extension ConvolutionGeometry {
    /// The forward pass and the input gradient: each pixel of the output gathers.
    fileprivate func lowerGather(
        _ step: Program.Step, _ epilogue: Epilogue?, isGradient: Bool, columns: Int, to recorder: inout OpenCLRecorder
    ) {
        let output = step.outputs[0]
        guard output.shape.elementCount > 0 else { return }
        let dtype = step.inputs[0].dtype
        let tail = EpilogueSource(
            epilogue, dtype: dtype, operands: step.inputs.dropFirst(2).map(\.typed),
            results: step.outputs.map(\.typed), shape: output.shape, items: 0, rows: 3, to: &recorder)
        let total = output.shape.elementCount / output.shape[3]
        if isDepthwise {
            return lowerDepthwise(
                source: step.inputs[0].reference, filter: step.inputs[1].reference, out: output.reference,
                isGradient: isGradient, dtype, tail, to: &recorder)
        }
        if let winograd = WinogradConvolution(self, isGradient: isGradient, dtype, recorder) {
            return winograd.lowerGather(
                source: step.inputs[0].reference, filter: step.inputs[1].reference, out: output.reference,
                isGradient: isGradient, tail, to: &recorder)
        }
        let gradient = ("GRADIENT", isGradient ? "1" : "0")
        func arguments(
            _ geometry: ConvolutionGeometry, _ source: BufferReference, run: Int, _ more: [Int]
        ) -> [KernelArgument] {
            [
                .buffer(source), .buffer(step.inputs[1].reference), .buffer(output.reference),
                .buffer(recorder.zeros(byteCount: run * dtype.byteCount)), geometry.structure,
            ] + more.map { .int(Int32($0)) } + tail.parameters.arguments
        }
        switch recorder.variant {
        case .cpu:
            if isProduct {
                let depth = isGradient ? result[3] : image[3]
                return MatrixProduct(m: total, n: columns, k: depth, transposeB: isGradient, rowAxes: 3).lower(
                    step.inputs[0].reference, step.inputs[1].reference, out: output.reference, dtype, tail,
                    to: &recorder)
            }
            if let form = ConvolutionProduct(self, making: isGradient ? .image : .result, dtype, recorder) {
                return form.lowerGather(
                    source: step.inputs[0].reference, filter: step.inputs[1].reference, out: output.reference, tail,
                    key: tuningKey(isGradient ? "convolution_gradient_product" : "convolution_product", dtype),
                    to: &recorder)
            }
            // Few channels: a filter row's taps are one run of an image that has a border.
            let isPadded =
                !isGradient && groups == 1 && window.dilation[1] == 1
                && groupChannels < RegisterTile(dtype, columns: columns, recorder.info).lanes
            let rule = RegisterTile(dtype, columns: columns, recorder.info, isBroad: isPadded)
            let tile = recorder.choose(
                tuningKey(isGradient ? "convolution_gradient_cpu" : "convolution_cpu", dtype), work: work,
                from: rule.candidates(columns: columns))
            let blocks = (columns + tile.columns - 1) / tile.columns
            let rows = tile.rowsPerItem(rows: total, otherItems: blocks * groups, recorder)
            var (geometry, source) = (self, step.inputs[0].reference)
            if isPadded {
                geometry = padded
                source = image(source, in: geometry, dtype, to: &recorder)
            }
            let merged = !isGradient && geometry.runsMerge
            let inside = !isGradient && geometry.isInside(0) && geometry.isInside(1)
            let run = isGradient ? groupFilters : merged ? window.size[1] * groupChannels : groupChannels
            recorder.launch(
                tail.kernel("convolution_cpu", tile.macros(dtype) + [gradient]),
                arguments(geometry, source, run: run, [rows, merged ? 1 : 0, inside ? 1 : 0]),
                global: LaunchSize(
                    blocks,
                    total.dividedUp(by: rows).roundedUp(to: isGradient ? window.strides[0] * window.strides[1] : 1),
                    groups))
        case .gpu:
            let run = isGradient ? groupFilters : groupChannels
            let product = GroupProduct(
                dtype, rows: total, columns: columns, layers: groups, steps: filter[0] * filter[1] * run,
                runs: (run, groupFilters))
            product.launch(
                "convolution_gpu", [gradient], product.tiles(recorder)[0], into: output.reference,
                size: (output.shape.elementCount, total, output.shape[3]), tail, to: &recorder
            ) { out, span in
                [step.inputs[0], step.inputs[1]].map { .buffer($0.reference) }
                    + [.buffer(out), structure, .int(Int32(span))]
            }
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
        if geometry.isDepthwise {
            return geometry.lowerDepthwiseFilter(
                image: step.inputs[0].reference, gradient: step.inputs[1].reference, out: output.reference, dtype,
                to: &recorder)
        }
        if let winograd = WinogradConvolution(geometry, isGradient: false, dtype, recorder) {
            return winograd.lowerFilterGradient(
                image: step.inputs[0].reference, gradient: step.inputs[1].reference, out: output.reference,
                to: &recorder)
        }
        if let form = ConvolutionProduct(geometry, making: .filter, dtype, recorder) {
            return form.lowerFilterGradient(
                image: step.inputs[0].reference, gradient: step.inputs[1].reference, out: output.reference,
                key: geometry.tuningKey("convolution_filter_product", dtype), to: &recorder)
        }
        let size = output.shape.elementCount
        func arguments(
            _ geometry: ConvolutionGeometry, _ image: BufferReference, _ partial: BufferReference, span: Int
        ) -> [KernelArgument] {
            [
                .buffer(image), .buffer(step.inputs[1].reference), .buffer(partial), geometry.structure,
                .int(Int32(span)),
            ]
        }
        func partial(_ parts: Int) -> BufferReference {
            parts == 1 ? output.reference : recorder.scratch(byteCount: parts * size * dtype.byteCount)
        }
        let (parts, sums): (Int, BufferReference)
        switch recorder.variant {
        case .cpu:
            let padded = geometry.padded
            let image = geometry.image(step.inputs[0].reference, in: padded, dtype, to: &recorder)
            let whole = RegisterTile(dtype, columns: geometry.groupFilters, recorder.info)
            let byTap = geometry.groupChannels % whole.rows == 0
            let rule = byTap ? whole : whole.fitting(rows: geometry.cells)
            let tile = recorder.choose(
                geometry.tuningKey("convolution_filter_cpu", dtype), work: geometry.work,
                from: byTap
                    ? rule.candidates(columns: geometry.groupFilters, rowsDivide: geometry.groupChannels) : [rule])
            // GROUPS, PANEL_DEPTH and at most TILES of the kernel.
            let (groupsPerItem, depth, mostTiles) = (36, 64, 4)
            func tiles(_ tile: RegisterTile) -> Int {
                min(mostTiles, geometry.groupFilters.dividedUp(by: tile.columns))
            }
            func work(_ tile: RegisterTile) -> (columns: Int, items: Int) {
                (
                    geometry.groupFilters.dividedUp(by: tile.columns * tiles(tile)) * groups,
                    geometry.cells.dividedUp(by: tile.rows).dividedUp(by: groupsPerItem)
                )
            }
            let (columns, items) = work(tile)
            // Parts follow from the rule's tile, so that tuning changes no bit.
            let split = Split(
                geometry.pixels, items: work(rule).columns * work(rule).items, wanted: recorder.wantedItems * 2,
                step: depth * 2, least: depth * 8)
            (parts, sums) = (split.parts, partial(split.parts))
            recorder.launch(
                KernelSource(
                    template: "convolution_filter_cpu",
                    macros: tile.macros(dtype) + [("TILES", "\(tiles(tile))"), ("BY_TAP", byTap ? "1" : "0")]),
                arguments(padded, image, sums, span: split.span), global: LaunchSize(columns, items, parts))
        case .gpu:
            let product = GroupProduct(
                dtype, rows: geometry.cells, columns: geometry.groupFilters, layers: groups, steps: geometry.pixels,
                runs: (geometry.groupChannels, geometry.groupFilters))
            let tile = product.tiles(recorder)[0]
            let split = product.split(recorder)
            (parts, sums) = (split.parts, partial(split.parts))
            recorder.launch(
                KernelSource(
                    template: "places_gpu+convolution_filter_gpu+tile_gpu", macros: product.macros(tile)),
                arguments(geometry, step.inputs[0].reference, sums, span: split.span),
                global: product.global(tile, parts: parts), local: GroupTile.local)
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
