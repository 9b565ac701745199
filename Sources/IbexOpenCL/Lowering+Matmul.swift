import IbexGraph

extension Ops.Matmul: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) throws {
        let product = try MatrixProduct(self, step)
        guard product.elementCount > 0 else { return }
        let dtype = step.inputs[0].dtype
        let tail = EpilogueSource(
            epilogue, dtype: dtype, operands: step.inputs.dropFirst(2).map(\.typed), shape: step.outputs[0].shape,
            items: product.itemAxes, rows: product.rowAxes, to: &recorder)
        product.lower(
            a: step.inputs[0].reference, b: step.inputs[1].reference, out: step.outputs[0].reference, dtype, tail,
            to: &recorder)
    }
}

extension Program.Operand {
    var typed: TypedBuffer { TypedBuffer(reference: reference, dtype: dtype) }
}

/// A batch of matrix products, as the kernels see it.
struct MatrixProduct {
    let m, n, k: Int
    let transposeA, transposeB: Bool
    /// Extents and strides of the batch, outermost first, at most three axes.
    let batch: IterationSpace
    /// How many of the result's axes count items, and how many after them rows.
    let itemAxes, rowAxes: Int

    var items: Int { batch.elementCount }
    var elementCount: Int { items * m * n }

    init(_ op: Ops.Matmul, _ step: Program.Step) throws {
        let (a, b) = (step.inputs[0].shape, step.inputs[1].shape)
        let sizes = try op.extents(a, b)
        transposeA = op.transposeA
        transposeB = op.transposeB
        n = sizes.n
        k = sizes.k
        let strides = [a, b].map { Self.batchStrides($0, over: sizes.batch) }
        if !op.transposeA && b.elementCount == sizes.n * sizes.k
            && a.elementCount == sizes.batch.elementCount * sizes.m * sizes.k
        {
            // One matrix on the right: the whole batch is one tall matrix on the left.
            m = sizes.batch.elementCount * sizes.m
            batch = IterationSpace([], strides: [[], []])
            itemAxes = 0
            rowAxes = sizes.batch.rank + 1
        } else {
            m = sizes.m
            batch = IterationSpace(sizes.batch.extents, strides: strides)
            itemAxes = sizes.batch.rank
            rowAxes = 1
        }
        guard batch.rank <= 3 else {
            throw IbexError(
                .kernel, at: op.name, found: "batch axes \(sizes.batch) broadcast in \(batch.rank) separate parts",
                expected: "at most three parts", remedy: "Reshape the batch axes into fewer.")
        }
    }

    private static func batchStrides(_ shape: Shape, over batch: Shape) -> [Int] {
        let own = shape.rank - 2
        return batch.extents.indices.map { axis in
            let place = axis - (batch.rank - own)
            return place < 0 || shape[place] == 1 ? 0 : shape.strides[place]
        }
    }

    /// Extents of the two inner batch axes, and three strides of each operand, axes in front counting 1.
    var batchArguments: [KernelArgument] {
        let missing = 3 - batch.rank
        let extents = [Int](repeating: 1, count: missing) + batch.extents
        let strides = batch.strides.map { [Int](repeating: 0, count: missing) + $0 }
        return extents.dropFirst().map { .int(Int32($0)) } + strides.joined().map { .long(Int64($0)) }
    }

    func lower(
        a: BufferReference, b: BufferReference, out: BufferReference, _ dtype: DType, _ tail: EpilogueSource,
        to recorder: inout OpenCLRecorder
    ) {
        let transposes = [("TRANSPOSE_A", transposeA ? "1" : "0"), ("TRANSPOSE_B", transposeB ? "1" : "0")]
        let buffers: [KernelArgument] = [.buffer(a), .buffer(b), .buffer(out)]
        func arguments(rows: Int) -> [KernelArgument] {
            buffers + [m, n, k, rows].map { .int(Int32($0)) } + batchArguments + tail.parameters.arguments
        }
        switch recorder.variant {
        case .cpu:
            let tile = RegisterTile(dtype, columns: n, recorder.info)
            let columns = (n + tile.columns - 1) / tile.columns
            let rows = tile.rowsPerItem(rows: m, otherItems: columns * items, recorder)
            recorder.launch(
                tail.kernel("matmul_cpu", tile.macros(dtype) + transposes), arguments(rows: rows),
                global: LaunchSize(columns, (m + rows - 1) / rows, items))
        case .gpu:
            let tile = GroupTile(dtype, rows: m, columns: n)
            recorder.launch(
                tail.kernel("matmul_gpu+tile_gpu", tile.macros(dtype) + transposes), arguments(rows: 0),
                global: tile.global(rows: m, columns: n, layers: items), local: GroupTile.local)
        }
    }
}
