import IbexCPU
import IbexGraph
import IbexReference
import IbexTestSupport
import Testing

/// One op on both backends; the results must agree.
func expectParity(
    _ op: some Op, _ inputs: [Values], _ tolerance: Tolerance = .exact, inPlace: Int? = nil,
    threads: Int = 3, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let want = try run(op, inputs, on: ReferenceBackend(), inPlace: inPlace)
    let got = try run(op, inputs, on: CPUBackend(pool: ThreadPool(threadCount: threads)), inPlace: inPlace)
    for (index, (got, want)) in zip(got, want).enumerated() {
        expectClose(got, want, tolerance, "\(op.name), result \(index)", sourceLocation: sourceLocation)
    }
}

func sample(
    _ shape: Shape, _ dtype: DType = .float32, _ sampler: Sampler = .normal, seed: UInt64 = 1
) -> Values {
    var source = RandomSource(seed: seed)
    return sampler.values(shape, dtype, from: &source)
}

@Suite struct OpParityTests {
    @Test(arguments: ElementwiseFunction.all)
    func everyFunctionOfTheTable(_ function: ElementwiseFunction) throws {
        for dtype in DType.allCases where function.accepts(dtype) {
            let shape: Shape = [3, 701]
            let sampler: Sampler =
                switch (dtype, function.name) {
                case (.bool, _): .truth
                case (.uint8, _): .integers(0...255)
                case (.int32, _), (.int64, _): .integers(-50...50)
                case (_, "log"), (_, "sqrt"), (_, "rsqrt"), (_, "power"), (_, "reciprocal"), (_, "divide"): .positive
                case (_, "asin"), (_, "acos"), (_, "atanh"): .uniform(-0.95, 0.95)
                case (_, "acosh"): .uniform(1.1, 9)
                case (_, "log1p"): .uniform(-0.9, 5)
                case (_, "tan"): .uniform(-1.4, 1.4)
                case (_, "remainder"), (_, "floorDivide"): .integers(1...40)
                default: .normal
                }
            var inputs = (0..<function.arity).map { sample(shape, dtype, sampler, seed: UInt64($0 + 3)) }
            if function.name == "where" { inputs[0] = sample(shape, .bool, .truth) }
            let tolerance: Tolerance =
                dtype == .float32
                ? Tolerance(absolute: 1e-6, relative: 1e-6)
                : dtype == .float64 ? .relative(1e-14) : .exact
            try expectParity(Ops.Elementwise(function), inputs, tolerance)
        }
    }

    @Test(arguments: DType.allCases, DType.allCases)
    func casts(from: DType, to: DType) throws {
        let values = sample([1_031], from, from.isFloatingPoint ? .uniform(0, 200) : .integers(0...1))
        try expectParity(Ops.Cast(to), [values])
    }

    @Test(arguments: Ops.Reduce.Kind.allCases, [[0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2]])
    func reductions(_ kind: Ops.Reduce.Kind, _ axes: [Int]) throws {
        if kind.isPosition && axes.count > 1 { return }
        let logical = kind == .any || kind == .all
        for shape: Shape in [[3, 5, 7], [2, 90, 70], [1, 1, 4], [40, 3, 33], [2, 1, 2100]] {
            if logical {
                try expectParity(Ops.Reduce(kind, axes: axes), [sample(shape, .bool, .truth)])
                continue
            }
            let whole = sample(shape, .int32, .integers(-3...3))
            try expectParity(Ops.Reduce(kind, axes: axes), [whole])
            let floats = kind == .product ? sample(shape, .float64, .uniform(0.97, 1.03)) : sample(shape, .float64)
            try expectParity(Ops.Reduce(kind, axes: axes), [floats], .ofPeak(1e-12))
            let narrow = kind == .product ? sample(shape, .float32, .uniform(0.97, 1.03)) : sample(shape)
            try expectParity(Ops.Reduce(kind, axes: axes), [narrow], .ofPeak(2e-6))
        }
    }

    @Test(arguments: [false, true], [false, true])
    func products(_ transposeA: Bool, _ transposeB: Bool) throws {
        for (m, n, k) in [(1, 1, 1), (5, 7, 3), (64, 33, 17), (70, 130, 20), (200, 10, 30), (3, 2, 0)] {
            let a = sample(transposeA ? [k, m] : [m, k])
            let b = sample(transposeB ? [n, k] : [k, n], seed: 2)
            try expectParity(Ops.Matmul(transposeA: transposeA, transposeB: transposeB), [a, b], .ofPeak(1e-5))
        }
        let a = sample(transposeA ? [2, 1, 4, 5] : [2, 1, 5, 4], .float64)
        let b = sample(transposeB ? [3, 6, 4] : [3, 4, 6], .float64, seed: 2)
        try expectParity(Ops.Matmul(transposeA: transposeA, transposeB: transposeB), [a, b], .ofPeak(1e-12))
    }

    @Test func movements() throws {
        let x = sample([3, 4, 5])
        try expectParity(Ops.Reshape([5, 12]), [x])
        for permutation in [[2, 0, 1], [0, 2, 1], [2, 1, 0], [1, 0, 2]] {
            try expectParity(Ops.Transpose(permutation), [x])
        }
        try expectParity(Ops.Broadcast([2, 3, 4, 5]), [x])
        try expectParity(Ops.Broadcast([6, 4, 300]), [sample([4, 1])])
        try expectParity(Ops.Slice(starts: [2, 0, 4], counts: [3, 2, 2], steps: [-1, 2, -3]), [x])
        try expectParity(Ops.Slice(starts: [0, 0, 0], counts: [0, 4, 5], steps: [1, 1, 1]), [x])
        try expectParity(Ops.Pad(low: [1, 0, 2], high: [0, 3, 1], interior: [1, 0, 2], value: 7), [x])
        try expectParity(
            Ops.Concatenate(axis: 1), [x, sample([3, 1, 5], seed: 4), sample([3, 9, 5], seed: 5)])
        try expectParity(Ops.Fill(2.5, TensorType([3, 7], .float64)), [])
    }

    @Test func rows() throws {
        for width in [1, 7, 10, 33, 1000] {
            let x = sample([13, width], .float32, .uniform(-20, 20))
            try expectParity(Ops.Softmax(), [x], Tolerance(absolute: 1e-7, relative: 3e-6))
            try expectParity(Ops.LogSoftmax(), [x], Tolerance(absolute: 2e-6, relative: 1e-6))
            let labels = sample([13, width], .float32, .uniform(0, 1), seed: 9)
            let ids = sample([13], .int32, .integers(0...(width - 1)))
            for labels in [labels, ids, ids.cast(to: .int64)] {
                try expectParity(Ops.SoftmaxCrossEntropy(), [x, labels], Tolerance(absolute: 2e-6, relative: 2e-6))
                let scale = sample([13], .float32, .positive)
                try expectParity(
                    Ops.SoftmaxCrossEntropyGradient(), [labels.dtype == .float32 ? labels : x, labels, scale],
                    .ofPeak(1e-6))
            }
        }
    }

    @Test func gathers() throws {
        let table = sample([11, 6])
        let ids = sample([40], .int32, .integers(-2...12))
        try expectParity(Ops.Gather(), [table, ids])
        try expectParity(Ops.Gather(count: 9), [table, ids.cast(to: .int64), Values([], integers: [5])])
        try expectParity(Ops.GatherGradient(rows: 11), [ids, sample([40, 6], seed: 3)], .ofPeak(1e-6))
        for dtype: DType in [.float32, .uint8, .int64] { try expectParity(Ops.OneHot(depth: 9, dtype: dtype), [ids]) }
    }

    @Test(arguments: Ops.Random.Kind.allCases, [1, 3, 4, 1_001, 30_000])
    func randomNumbers(_ kind: Ops.Random.Kind, _ count: Int) throws {
        for dtype: DType in kind == .bits ? [.int32] : [.float32, .float64] {
            let op = Ops.Random(kind, TensorType([count], dtype), seed: 0x1234_5678_9abc_def0, ordinal: 7)
            let tolerance = kind == .normal ? Tolerance(absolute: 4e-6) : .exact
            try expectParity(op, [], tolerance)
            try expectParity(op, [Values([], integers: [1 << 33 + 5])], tolerance)
        }
    }
}
