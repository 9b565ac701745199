import IbexGraph
import IbexRuntime
import IbexTestSupport

/// What Keras's operators are called here.
struct OracleOp: Sendable {
    /// The tensors of a case by argument (`x`, `x1`, `xs.0`), and its keyword arguments.
    struct Call {
        let tensors: [String: Tensor]
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
        var list: [Tensor] { (0..<tensors.count).compactMap { tensors["xs.\($0)"] } }
    }

    /// By Keras's name; `nil` where a case asks for more than the ops of this floor.
    static let named: [String: @Sendable (Call) -> [Tensor]?] =
        binary.merging(unary) { $1 }.merging(reductions) { $1 }.merging(shapes) { $1 }.merging(others) { $1 }

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
        "outer": two { $0.reshaped(-1, 1) * $1.reshaped(1, -1) },
        "logaddexp": two { a, b in
            a.maximum(b) + (-(a - b).abs()).exp().log1p()
        },
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
        "log2": one { $0.log() / 0.6931471805599453 }, "log10": one { $0.log() / 2.302585092994046 },
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
        "std": { [$0.x.variance(axes: $0.axes, keepDims: $0.keepDims).sqrt()] },
        "logsumexp": { [$0.x.logSumExp(axes: $0.axes, keepDims: $0.keepDims)] },
        "any": { [$0.x.any(axes: $0.axes, keepDims: $0.keepDims)] },
        "all": { [$0.x.all(axes: $0.axes, keepDims: $0.keepDims)] },
        "count_nonzero": { [($0.x .!= 0.0).sum(axes: $0.axes)] },
        "norm": { [$0.x.square().sum(axes: $0.axes).sqrt()] },
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

    private static let shapes: [String: @Sendable (Call) -> [Tensor]?] = [
        "concatenate": { [.concatenated($0.list, axis: $0.axis ?? 0)] },
        "stack": { [.stacked($0.list, axis: $0.axis ?? 0)] },
        "flip": { [$0.x.flipped(axes: $0.axes ?? Array(0..<$0.x.rank))] },
        "expand_dims": { call in call.axis.map { [call.x.expandedDims(axis: $0)] } },
        "squeeze": { [$0.x.squeezed(axes: $0.axes)] },
        "transpose": { [$0.config["axes"]?.ints.map($0.x.transposed) ?? $0.x.transposed()] },
        "swapaxes": { call in
            guard let a = call.config["axis1"]?.int, let b = call.config["axis2"]?.int else { return nil }
            var axes = Array(0..<call.x.rank)
            axes.swapAt(a, b)
            return [call.x.transposed(axes)]
        },
        "reshape": { call in call.config["newshape"]?.ints.map { [call.x.reshaped($0)] } },
        "broadcast_to": { call in call.config["shape"]?.ints.map { [call.x.broadcast(to: Shape($0))] } },
        "pad": { call in
            guard call.config["mode"]?.string ?? "constant" == "constant",
                let widths = call.config["pad_width"]?.array?.compactMap(\.ints)
            else { return nil }
            let value = call.config["constant_values"]?.double ?? 0
            return [call.x.padded(low: widths.map { $0[0] }, high: widths.map { $0[1] }, value: value)]
        },
        "slice": { call in
            guard let starts = call.config["start_indices"]?.ints, let counts = call.config["shape"]?.ints else {
                return nil
            }
            return [.apply(Ops.Slice(starts: starts, counts: counts, steps: counts.map { _ in 1 }), call.x)]
        },
        "split": { call in
            let axis = call.axis.map { $0 < 0 ? $0 + call.x.rank : $0 } ?? 0
            let extent = call.x.shape[axis]
            let cuts: [Int]
            if let count = call.config["indices_or_sections"]?.int {
                cuts = (0...count).map { $0 * extent / count }
            } else {
                cuts = [0] + (call.config["indices_or_sections"]?.ints ?? []) + [extent]
            }
            return zip(cuts, cuts.dropFirst()).map { call.x.narrowed(axis: axis, start: $0, count: $1 - $0) }
        },
        "unstack": { call in (0..<call.x.shape[0]).map { call.x[$0] } },
        "take": { $0.axis == 0 && $0.config["mode"] == nil ? [$0.x.gathering($0["indices"])] : nil },
        "cast": { call in call.config["dtype"]?.string.flatMap(DType.init(rawValue:)).map { [call.x.cast(to: $0)] } },
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
