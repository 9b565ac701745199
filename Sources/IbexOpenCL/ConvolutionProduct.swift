import IbexGraph

/// A convolution as the product of a matrix that is gathered from an image and another that lies as it is: the CPU
/// devices' form of convolutions of one group and many channels.
struct ConvolutionProduct {
    let geometry: ConvolutionGeometry
    let made: ConvolutionArray
    let dtype: DType
    /// Neighbouring numbers of the gathered array that one tap meets.
    let run: Int
    let product: MatrixProduct
    /// Rows of the product that have filters of their own: the gradient's pixels by their place between strides.
    let phases: Int

    /// `nil` where the kernel does not fit, or where `recorder.products` says that the direct form is better.
    init?(_ geometry: ConvolutionGeometry, making made: ConvolutionArray, _ dtype: DType, _ recorder: OpenCLRecorder) {
        let (strides, dilation) = (geometry.window.strides, geometry.window.dilation)
        guard recorder.variant == .cpu, recorder.products != .never, geometry.groups == 1,
            (0..<2).allSatisfy({ strides[$0] == 1 || dilation[$0] == 1 })
        else { return nil }
        let (image, filter, result) = (geometry.image, geometry.filter, geometry.result)
        let lanes = RegisterTile(dtype, columns: image[3], recorder.info).lanes
        self.geometry = geometry
        self.made = made
        self.dtype = dtype
        let columns = made == .image ? image[3] : result[3]
        run = made == .image ? result[3] : image[3]
        switch made {
        case .result:
            phases = 1
            product = MatrixProduct(m: geometry.pixels, n: columns, k: geometry.cells, rowAxes: 3)
        case .image:
            phases = strides[0] * strides[1]
            let rows = image[0] * image[1].dividedUp(by: strides[0]) * image[2].dividedUp(by: strides[1])
            let taps = filter[0].dividedUp(by: strides[0]) * filter[1].dividedUp(by: strides[1])
            product = MatrixProduct(m: rows, n: columns, k: taps * run, transposeB: true, rowAxes: 3)
        case .filter:
            phases = 1
            product = MatrixProduct(m: geometry.cells, n: columns, k: geometry.pixels, transposeA: true, rowAxes: 3)
            guard run % 2 == 0 else { return nil }
        }
        // Rows of a few numbers each cost more to copy than they save.
        let pays = columns >= lanes && (made == .filter ? run % 8 == 0 : run >= lanes)
        guard pays || recorder.products == .whereItFits else { return nil }
    }

    /// The forward pass and the input gradient.
    func lowerGather(
        source: BufferReference, filter: BufferReference, out: BufferReference, _ tail: EpilogueSource, key: TuningKey,
        to recorder: inout OpenCLRecorder
    ) {
        let tile = recorder.choose(key, work: geometry.work, from: tiles(recorder.info))
        let share = tile.evenShare(product, layers: phases, computeUnits: recorder.computeUnits)
        launch(source, filter, out, tile, share, parts: 1, span: 0, tail, to: &recorder)
    }

    /// The filter gradient: partial sums over ranges of pixels, and their sum.
    func lowerFilterGradient(
        image: BufferReference, gradient: BufferReference, out: BufferReference, key: TuningKey,
        to recorder: inout OpenCLRecorder
    ) {
        let tiles = tiles(recorder.info)
        let tile = recorder.choose(key, work: geometry.work, from: tiles)
        // Parts follow from the rule's tile, so that tuning changes no bit.
        let rule = tiles[0]
        let items = product.m.dividedUp(by: rule.blockRows) * product.n.dividedUp(by: rule.blockColumns)
        let split = Split(
            product.k, items: items, wanted: recorder.wantedItems * 2, step: rule.depth, least: rule.depth * 4)
        let size = product.elementCount
        let sums =
            split.parts == 1 ? out : recorder.scratch(byteCount: split.parts * size * dtype.byteCount)
        let share = tile.evenShare(product, layers: split.parts, computeUnits: recorder.computeUnits)
        launch(
            image, gradient, sums, tile, share, parts: split.parts, span: split.span, .none(dtype), to: &recorder)
        if split.parts > 1 { recorder.sumParts(sums, count: split.parts, size: size, dtype, into: out) }
    }

    /// The rule's tile first, then those that differ from it in one way.
    private func tiles(_ info: OpenCLDeviceInfo) -> [ProductTile] {
        let all = ProductTile(product, dtype, info, isGathered: true).candidates(product, isGathered: true)
        guard made == .filter else { return all }
        // Strips of neighbouring channels of one tap.
        return all.map { tile in
            tile.with(rows: [16, 8, 4].first { $0 <= tile.rows && run % $0 == 0 } ?? 2)
        }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private func launch(
        _ source: BufferReference, _ matrix: BufferReference, _ out: BufferReference, _ tile: ProductTile,
        _ share: (rows: Int, columns: Int), parts: Int, span: Int, _ tail: EpilogueSource,
        to recorder: inout OpenCLRecorder
    ) {
        let gather = [ConvolutionArray.result: 1, .image: 2, .filter: 3][made]!
        let macros =
            tile.macros(dtype, product) + [
                ("TRANSPOSE_A", "0"), ("TRANSPOSE_B", product.transposeB ? "1" : "0"), ("GATHER", "\(gather)"),
            ]
        let sizes = [product.m, product.n, product.k, share.rows, share.columns].map { KernelArgument.int(Int32($0)) }
        recorder.launch(
            tail.kernel("convolution_rows_cpu+matmul_cpu", macros),
            [.buffer(source), .buffer(matrix), .buffer(out)] + sizes
                + [
                    .buffer(recorder.zeros(byteCount: run * dtype.byteCount)), geometry.structure, .int(Int32(run)),
                    .int(Int32(span)),
                ] + tail.parameters.arguments,
            global: LaunchSize(
                product.n.dividedUp(by: share.columns), product.m.dividedUp(by: share.rows) * phases, parts))
    }
}

extension ProductTile {
    fileprivate func with(rows: Int) -> ProductTile {
        var tile = self
        tile.rows = rows
        tile.blockRows = blockRows / rows * rows
        return tile
    }
}
