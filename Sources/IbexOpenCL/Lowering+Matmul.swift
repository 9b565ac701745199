import IbexGraph

extension Ops.Matmul: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) throws {
        let product = try MatrixProduct(self, step)
        guard product.elementCount > 0 else { return }
        let dtype = step.inputs[0].dtype
        if product.isDots(dtype, recorder) { return lowerDots(product, step, to: &recorder) }
        let tail = EpilogueSource(
            epilogue, dtype: dtype, operands: step.inputs.dropFirst(2).map(\.typed),
            results: step.outputs.map(\.typed), shape: step.outputs[0].shape, items: product.itemAxes,
            rows: product.rowAxes, to: &recorder)
        product.lower(
            step.inputs[0].reference, step.inputs[1].reference, out: step.outputs[0].reference, dtype, tail,
            to: &recorder)
    }
}

extension Ops.Matmul {
    /// Lowers a vector times rows: each element of the result is the sum of a row's products with the vector.
    private func lowerDots(_ product: MatrixProduct, _ step: Program.Step, to recorder: inout OpenCLRecorder) {
        let kept = step.outputs[0].shape
        let vector = View(strides: kept.extents.map { _ in 0 } + [1])
        let rows = View(strides: kept.strides.map { $0 * product.k } + [1])
        let dtype = step.inputs[0].dtype
        let loads = (0..<2).map { Expression.Instruction(.load($0), dtype) }
        let dots = Ops.Fused(
            domain: Shape(kept.extents + [product.k]), reducedAxes: 1,
            views: product.swapsOperands ? [rows, vector] : [vector, rows], constants: epilogue?.constants ?? [],
            body: Expression(
                instructions: loads + [Expression.Instruction(.apply(.multiply), dtype, [0, 1])], results: [2]),
            reductions: [.sum], epilogue: epilogue?.expression, epilogueViews: epilogue?.views ?? [])
        dots.lower(operands: step.inputs.map(\.typed), results: step.outputs.map(\.typed), to: &recorder)
    }
}

extension MatrixProduct {
    /// Whether a CPU device takes the product as sums of rows: a vector times a matrix whose rows are read along, enough
    /// of them, and long enough to fill the lanes of a sum.
    func isDots(_ dtype: DType, _ recorder: OpenCLRecorder) -> Bool {
        recorder.variant == .cpu && m == 1 && transposeB && items == 1 && k >= ReductionPlan.lanes
            && n >= recorder.wantedItems && [.float32, .float64].contains(dtype)
    }
}

extension Program.Operand {
    var typed: TypedBuffer { TypedBuffer(reference: reference, dtype: dtype) }
}

/// A batch of matrix products, as the kernels see it.
///
/// A product with a single column is seen as the transposed product, which has a single row: vectors then run along
/// the long side, and the result lies in memory alike.
struct MatrixProduct {
    let m, n, k: Int
    let transposeA, transposeB: Bool
    /// Whether the op's second operand is the kernels' `a`.
    let swapsOperands: Bool
    /// Extents and strides of the batch, outermost first, at most three axes.
    let batch: IterationSpace
    /// How many of the result's axes count items, and how many after them rows.
    let itemAxes, rowAxes: Int

    var items: Int { batch.elementCount }
    var elementCount: Int { items * m * n }

    init(_ op: Ops.Matmul, _ step: Program.Step) throws {
        let (a, b) = (step.inputs[0].shape, step.inputs[1].shape)
        let sizes = try op.extents(a, b)
        // One matrix on the right: the whole batch is one tall matrix on the left.
        let isTall =
            !op.transposeA && b.elementCount == sizes.n * sizes.k
            && a.elementCount == sizes.batch.elementCount * sizes.m * sizes.k
        let rows = isTall ? sizes.batch.elementCount * sizes.m : sizes.m
        let strides = [a, b].map { Self.batchStrides($0, over: sizes.batch) }
        swapsOperands = sizes.n == 1 && rows > 1
        (m, n, k) = swapsOperands ? (1, rows, sizes.k) : (rows, sizes.n, sizes.k)
        transposeA = op.transposeA && !swapsOperands
        transposeB = swapsOperands ? !op.transposeA : op.transposeB
        batch =
            isTall
            ? IterationSpace([], strides: [[], []])
            : IterationSpace(sizes.batch.extents, strides: swapsOperands ? strides.reversed() : strides)
        itemAxes = isTall ? 0 : sizes.batch.rank
        rowAxes = swapsOperands ? 0 : isTall ? sizes.batch.rank + 1 : 1
        guard batch.rank <= 3 else {
            throw IbexError(
                .kernel, at: op.name, found: "batch axes \(sizes.batch) broadcast in \(batch.rank) separate parts",
                expected: "at most three parts", remedy: "Reshape the batch axes into fewer.")
        }
    }

    /// One product of rows and a matrix; `rowAxes` axes of the result count rows.
    init(m: Int, n: Int, k: Int, transposeA: Bool = false, transposeB: Bool = false, rowAxes: Int) {
        (self.m, self.n, self.k) = (m, n, k)
        (self.transposeA, self.transposeB, swapsOperands) = (transposeA, transposeB, false)
        batch = IterationSpace([], strides: [[], []])
        (itemAxes, self.rowAxes) = (0, rowAxes)
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

    /// - Parameters: the op's operands and result, and its epilogue.
    func lower(
        _ left: BufferReference, _ right: BufferReference, out: BufferReference, _ dtype: DType,
        _ tail: EpilogueSource, to recorder: inout OpenCLRecorder
    ) {
        let (a, b) = swapsOperands ? (right, left) : (left, right)
        let transposes = [("TRANSPOSE_A", transposeA ? "1" : "0"), ("TRANSPOSE_B", transposeB ? "1" : "0")]
        func arguments(_ share: [Int]) -> [KernelArgument] {
            [.buffer(a), .buffer(b), .buffer(out)] + ([m, n, k] + share).map { .int(Int32($0)) } + batchArguments
                + tail.parameters.arguments
        }
        let work = Double(elementCount) * Double(k)
        switch recorder.variant {
        case .cpu:
            let tile = recorder.choose(
                tuningKey("matmul_cpu", dtype), work: work,
                from: ProductTile(self, dtype, recorder.info).candidates(self))
            let share = tile.plainShare(self, computeUnits: recorder.computeUnits)
            recorder.launch(
                tail.kernel("matmul_cpu", tile.macros(dtype, self) + transposes),
                arguments([share.rows, share.columns]),
                global: LaunchSize(n.dividedUp(by: share.columns), m.dividedUp(by: share.rows), items))
        case .gpu:
            let product = GroupProduct(
                dtype, rows: m, columns: n, layers: items, steps: k, runs: (transposeA ? m : k, transposeB ? k : n))
            let tile = recorder.choose(tuningKey("matmul_gpu", dtype), work: work, from: product.tiles(recorder))
            product.launch(
                "matmul_gpu", transposes, tile, into: out, size: (elementCount, m, n), tail, to: &recorder
            ) { out, span in
                [.buffer(a), .buffer(b), .buffer(out)] + [m, n, k, span, items].map { .int(Int32($0)) }
                    + batchArguments
            }
        }
    }
}
