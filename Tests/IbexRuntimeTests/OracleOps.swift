import IbexGraph
import IbexRuntime
import IbexTestSupport

/// What Keras's operators are called here.
struct OracleOp: Sendable {
    /// The tensors of a case by argument (`x`, `x1`, `xs.0`), and its keyword arguments.
    struct Call {
        let tensors: [String: Tensor]
        /// The same on the host.
        let values: [String: Values]
        let config: [String: JSONValue]

        subscript(_ name: String) -> Tensor {
            guard let tensor = tensors[name] else { preconditionFailure("no \(name) among \(tensors.keys.sorted())") }
            return tensor
        }
        var x: Tensor { self["x"] }
        var x1: Tensor { self["x1"] }
        var x2: Tensor { self["x2"] }
        var axis: Int? { config["axis"]?.int }
        var axes: [Int]? { config["axis"]?.ints }
        var keepDims: Bool { config["keepdims"]?.bool ?? false }
        /// A list argument's tensors in order.
        var list: [Tensor] { list("xs.") }
        func list(_ prefix: String) -> [Tensor] { (0..<tensors.count).compactMap { tensors["\(prefix)\($0)"] } }
        func int(_ key: String, else fallback: Int = 0) -> Int { config[key]?.int ?? fallback }
        func double(_ key: String) -> Double { config[key]?.double ?? .nan }
    }

    /// By Keras's name; `nil` where a case's configuration is not understood.
    static let named: [String: @Sendable (Call) -> [Tensor]?] =
        binary.merging(unary) { $1 }.merging(reductions) { $1 }.merging(orders) { $1 }.merging(shapes) { $1 }
        .merging(indexed) { $1 }.merging(made) { $1 }.merging(others) { $1 }

    private static func two(_ body: @escaping @Sendable (Tensor, Tensor) -> Tensor) -> @Sendable (Call) -> [Tensor]? {
        { [body($0.x1, $0.x2)] }
    }

    private static func one(_ body: @escaping @Sendable (Tensor) -> Tensor) -> @Sendable (Call) -> [Tensor]? {
        { [body($0.x)] }
    }

    private static let binary: [String: @Sendable (Call) -> [Tensor]?] = [
        "matmul": two { $0.matmul($1) }, "add": two { $0 + $1 }, "subtract": two { $0 - $1 },
        "multiply": two { $0 * $1 },
        "divide": two { $0 / $1 }, "maximum": two { $0.maximum($1) }, "minimum": two { $0.minimum($1) },
        "power": two { $0.power($1) }, "arctan2": two { $0.atan2($1) }, "mod": two { $0.remainder($1) },
        "floor_divide": two { $0.floorDivided(by: $1) }, "equal": two { $0 .== $1 }, "not_equal": two { $0 .!= $1 },
        "less": two { $0 .< $1 }, "less_equal": two { $0 .<= $1 }, "greater": two { $0 .> $1 },
        "greater_equal": two { $0 .>= $1 }, "logical_and": two { $0 .& $1 }, "logical_or": two { $0 .| $1 },
        "logical_xor": two { $0 .^ $1 },
        "outer": two { $0.outer($1) }, "dot": two { $0.dot($1) }, "logaddexp": two { $0.logAddExp($1) },
        "hypot": two { $0.hypot($1) }, "divide_no_nan": two { $0.dividedNoNaN(by: $1) },
        "tensordot": { call in
            guard let axes = call.config["axes"]?.array?.compactMap(\.ints), axes.count == 2 else { return nil }
            return [call.x1.tensordot(call.x2, axes: (axes[0], axes[1]))]
        },
        "einsum": { call in call.config["subscripts"]?.string.map { [.einsum($0, call.list("operand"))] } },
        "where": { [.where($0["condition"], $0.x1, $0.x2)] },
    ]

    private static let unary: [String: @Sendable (Call) -> [Tensor]?] = [
        "abs": one { $0.abs() }, "negative": one { -$0 }, "sign": one { $0.sign() }, "exp": one { $0.exp() },
        "expm1": one { $0.expm1() }, "log1p": one { $0.log1p() }, "square": one { $0.square() },
        "sin": one { $0.sin() },
        "cos": one { $0.cos() }, "tan": one { $0.tan() }, "arcsin": one { $0.asin() }, "arccos": one { $0.acos() },
        "arctan": one { $0.atan() }, "sinh": one { $0.sinh() }, "cosh": one { $0.cosh() }, "tanh": one { $0.tanh() },
        "arcsinh": one { $0.asinh() }, "arccosh": one { $0.acosh() }, "arctanh": one { $0.atanh() },
        "erf": one { $0.erf() }, "floor": one { $0.floor() }, "ceil": one { $0.ceil() },
        "round": one { $0.round() }, "sigmoid": one { $0.sigmoid() }, "relu": one { $0.relu() },
        "log": one { $0.log() },
        "log2": one { $0.log2() }, "log10": one { $0.log10() }, "erfinv": one { $0.erfinv() },
        "sqrt": one { $0.sqrt() }, "rsqrt": one { $0.rsqrt() }, "reciprocal": one { $0.reciprocal() },
        "logical_not": one { !$0 }, "isnan": one { $0.isNaN() }, "isinf": one { $0.isInfinite() },
        "isfinite": one { $0.isFinite() },
        "clip": { call in
            guard let low = call.config["x_min"]?.double, let high = call.config["x_max"]?.double else { return nil }
            return [call.x.clipped(to: low...high)]
        },
    ]

    private static let reductions: [String: @Sendable (Call) -> [Tensor]?] = [
        "sum": { [$0.x.sum(axes: $0.axes, keepDims: $0.keepDims)] },
        "mean": { [$0.x.mean(axes: $0.axes, keepDims: $0.keepDims)] },
        "max": { [$0.x.max(axes: $0.axes, keepDims: $0.keepDims)] },
        "min": { [$0.x.min(axes: $0.axes, keepDims: $0.keepDims)] },
        "prod": { [$0.x.product(axes: $0.axes, keepDims: $0.keepDims)] },
        "var": { [$0.x.variance(axes: $0.axes, keepDims: $0.keepDims)] },
        "std": { [$0.x.standardDeviation(axes: $0.axes, keepDims: $0.keepDims)] },
        "logsumexp": { [$0.x.logSumExp(axes: $0.axes, keepDims: $0.keepDims)] },
        "any": { [$0.x.any(axes: $0.axes, keepDims: $0.keepDims)] },
        "all": { [$0.x.all(axes: $0.axes, keepDims: $0.keepDims)] },
        "count_nonzero": { [$0.x.countNonzero(axes: $0.axes)] },
        "norm": { [$0.x.norm(axes: $0.axes)] }, "normalize": { [$0.x.normalized(axis: $0.axis ?? -1)] },
        "moments": { [$0.x.mean(axes: $0.config["axes"]?.ints), $0.x.variance(axes: $0.config["axes"]?.ints)] },
        "argmax": { call in
            guard let axis = call.axis else { return [call.x.reshaped(-1).argmax(axis: 0)] }
            return [call.x.argmax(axis: axis, keepDims: call.keepDims)]
        },
        "argmin": { call in
            guard let axis = call.axis else { return [call.x.reshaped(-1).argmin(axis: 0)] }
            return [call.x.argmin(axis: axis, keepDims: call.keepDims)]
        },
        "softmax": { [$0.x.softmax(axis: $0.axis ?? -1)] },
        "log_softmax": { [$0.x.logSoftmax(axis: $0.axis ?? -1)] },
    ]

    private static let orders: [String: @Sendable (Call) -> [Tensor]?] = [
        "cumsum": { [$0.x.cumsum(axis: $0.axis)] }, "cumprod": { [$0.x.cumprod(axis: $0.axis)] },
        "sort": { [$0.x.sorted(axis: $0.axis ?? -1)] }, "argsort": { [$0.x.argsort(axis: $0.axis ?? -1)] },
        "top_k": { call in
            let top = call.x.topK(call.int("k"))
            return [top.values, top.indices]
        },
        "in_top_k": { [.inTopK(targets: $0["targets"], predictions: $0["predictions"], k: $0.int("k"))] },
        "searchsorted": { call in
            call.config["side"]?.string.flatMap(SearchSide.init).map {
                [call["sorted_sequence"].searchsorted(call["values"], side: $0)]
            }
        },
    ]

    private static let shapes: [String: @Sendable (Call) -> [Tensor]?] = [
        "concatenate": { [.concatenated($0.list, axis: $0.axis ?? 0)] },
        "stack": { [.stacked($0.list, axis: $0.axis ?? 0)] },
        "flip": { [$0.x.flipped(axes: $0.axes ?? Array(0..<$0.x.rank))] },
        "expand_dims": { call in call.axis.map { [call.x.expandedDims(axis: $0)] } },
        "squeeze": { [$0.x.squeezed(axes: $0.axes)] },
        "transpose": { [$0.config["axes"]?.ints.map($0.x.transposed) ?? $0.x.transposed()] },
        "swapaxes": { [$0.x.swappedAxes($0.int("axis1"), $0.int("axis2"))] },
        "moveaxis": { [$0.x.movedAxis(from: $0.int("source"), to: $0.int("destination"))] },
        "tile": { call in call.config["repeats"]?.ints.map { [call.x.tiled($0)] } },
        "repeat": { call in
            guard let axis = call.axis else { return nil }
            if let count = call.config["repeats"]?.int { return [call.x.repeated(count, axis: axis)] }
            return call.config["repeats"]?.ints.map { [call.x.repeated($0, axis: axis)] }
        },
        "roll": { [$0.x.rolled(by: $0.int("shift"), axis: $0.axis)] },
        "reshape": { call in call.config["newshape"]?.ints.map { [call.x.reshaped($0)] } },
        "broadcast_to": { call in call.config["shape"]?.ints.map { [call.x.broadcast(to: Shape($0))] } },
        "pad": { call in
            guard let widths = call.config["pad_width"]?.array?.compactMap(\.ints) else { return nil }
            let (low, high) = (widths.map { $0[0] }, widths.map { $0[1] })
            guard let mode = call.config["mode"]?.string.flatMap(MirrorMode.init) else {
                return [call.x.padded(low: low, high: high, value: call.config["constant_values"]?.double ?? 0)]
            }
            return [call.x.padded(low: low, high: high, mode: mode)]
        },
        "slice": { call in
            guard let starts = call.config["start_indices"]?.ints, let counts = call.config["shape"]?.ints else {
                return nil
            }
            return [.apply(Ops.Slice(starts: starts, counts: counts, steps: counts.map { _ in 1 }), call.x)]
        },
        "split": { call in
            if let count = call.config["indices_or_sections"]?.int { return call.x.split(count, axis: call.axis ?? 0) }
            return call.config["indices_or_sections"]?.ints.map { call.x.split(at: $0, axis: call.axis ?? 0) }
        },
        "unstack": { $0.x.unstacked(axis: $0.axis ?? 0) },
        "diag": { [$0.x.diag()] }, "diagonal": { [$0.x.diagonal()] }, "trace": { [$0.x.trace()] },
        "tril": { [$0.x.tril(k: $0.int("k"))] }, "triu": { [$0.x.triu(k: $0.int("k"))] },
        "image.extract_patches": { call in
            let (size, stride) = (call.int("size"), call.int("strides"))
            return [
                call["images"].extractPatches(
                    size: [size, size], strides: [stride, stride], same: call.config["padding"]?.string == "same")
            ]
        },
        "cast": { call in call.config["dtype"]?.string.flatMap(DType.init(rawValue:)).map { [call.x.cast(to: $0)] } },
    ]

    private static let indexed: [String: @Sendable (Call) -> [Tensor]?] = [
        "take": { [$0.x.taking($0["indices"], axis: $0.axis)] },
        "take_along_axis": { call in call.axis.map { [call.x.takingAlongAxis(call["indices"], axis: $0)] } },
        "getitem": { call in
            guard let key = call.config["key"]?.array else { return nil }
            func index(_ value: JSONValue) -> any TensorIndex {
                if let number = value.int { return number }
                let range = value.array ?? []
                return AxisRange(from: range[0].int, to: range[1].int, by: range[2].int ?? 1)
            }
            if key[0].string == "..." { return [call.x[..., index(key[1])]] }
            return [call.x[index(key[0]), index(key[1])]]
        },
        "slice_update": { call in
            let starts = call.values["start_indices"]?.scalars.map { Int($0) } ?? []
            return [call["inputs"].updatingSlice(starts: starts, with: call["updates"])]
        },
        "scatter": { call in
            call.config["shape"]?.ints.map {
                [.scatter(indices: call["indices"], values: call["values"], shape: Shape($0))]
            }
        },
        "scatter_update": { [$0["inputs"].scatterUpdated(indices: $0["indices"], values: $0["updates"])] },
        "segment_sum": { [$0["data"].segmentSum($0["segment_ids"], count: $0.int("num_segments"))] },
        "segment_max": { [$0["data"].segmentMax($0["segment_ids"], count: $0.int("num_segments"))] },
    ]

    private static let made: [String: @Sendable (Call) -> [Tensor]?] = [
        "arange": { call in
            call.config["dtype"]?.string.flatMap(DType.init).map {
                [.arange(call.int("start"), call.int("stop"), step: call.int("step"), dtype: $0)]
            }
        },
        "linspace": { [.linspace($0.double("start"), $0.double("stop"), count: $0.int("num"))] },
        "eye": { [.eye($0.int("N"), $0.int("M"), k: $0.int("k"))] },
        "meshgrid": { Tensor.meshgrid([$0["x"], $0["y"]]) },
    ]

    private static let others: [String: @Sendable (Call) -> [Tensor]?] = [
        "one_hot": { call in call.config["num_classes"]?.int.map { [call.x.oneHot(depth: $0)] } },
        "categorical_crossentropy": { [Tensor.apply(Ops.SoftmaxCrossEntropy(), [$0["output"], $0["target"]])[0]] },
        "sparse_categorical_crossentropy": {
            [Tensor.apply(Ops.SoftmaxCrossEntropy(), [$0["output"], $0["target"]])[0]]
        },
        "binary_crossentropy": { call in
            let (y, x) = (call["target"], call["output"])
            return [x.relu() - x * y + (-x.abs()).exp().log1p()]
        },
    ]
}
