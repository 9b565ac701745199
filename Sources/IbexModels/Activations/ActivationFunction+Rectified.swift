import IbexGraph

extension ActivationFunction {
    /// The input itself.
    public static let linear = ActivationFunction("linear") { $0 }

    /// max(x, 0).
    public static let relu = ActivationFunction("relu") { $0.relu() }

    /// `maxValue` where x ≥ maxValue, x between `threshold` and it, negativeSlope · (x - threshold) below.
    public static func relu(
        negativeSlope: Double = 0, maxValue: Double? = nil, threshold: Double = 0
    ) -> ActivationFunction {
        let arguments: Config = [
            "negative_slope": .init(negativeSlope), "max_value": .init(maxValue), "threshold": .init(threshold),
        ]
        return ActivationFunction("relu", arguments, defaults: ["negative_slope": 0, "threshold": 0]) { x in
            let slope = negativeSlope == 0 ? x.filled(0) : (x - threshold) * negativeSlope
            let rising = threshold == 0 && negativeSlope == 0 ? x.relu() : Tensor.where(x .>= threshold, x, slope)
            guard let maxValue else { return rising }
            return Tensor.where(x .>= maxValue, x.filled(maxValue), rising)
        }
    }

    /// min(max(x, 0), 6).
    public static let relu6 = ActivationFunction("relu6") { relu6($0) }

    private static func relu6(_ x: Tensor) -> Tensor { x.clipped(to: 0...6) }

    /// x where positive, 0.2 x elsewhere.
    public static let leakyRelu = leakyRelu(negativeSlope: 0.2)
    public static func leakyRelu(negativeSlope: Double) -> ActivationFunction {
        ActivationFunction(
            "leaky_relu", ["negative_slope": .init(negativeSlope)], defaults: ["negative_slope": 0.2]
        ) { Tensor.where($0 .> 0, $0, $0 * negativeSlope) }
    }

    /// The part of x that is not positive, so that an exponential of it cannot overflow.
    private static func negativePart(_ x: Tensor) -> Tensor { Tensor.where(x .> 0, x.filled(0), x) }

    /// x where positive, e^x - 1 elsewhere (Clevert et al., 2015).
    public static let elu = elu(alpha: 1)
    public static func elu(alpha: Double) -> ActivationFunction {
        ActivationFunction("elu", ["alpha": .init(alpha)], defaults: ["alpha": 1]) {
            Tensor.where($0 .> 0, $0, negativePart($0).expm1() * alpha)
        }
    }

    /// 1.0507 · elu with alpha 1.6733 (Klambauer et al., 2017).
    public static let selu = ActivationFunction("selu") { x in
        let scale = 1.0507009873554805
        return Tensor.where(x .> 0, x * scale, negativePart(x).expm1() * (scale * 1.6732632423543772))
    }

    /// max(0, x) + min(0, alpha (e^(x / alpha) - 1)).
    public static let celu = celu(alpha: 1)
    public static func celu(alpha: Double) -> ActivationFunction {
        ActivationFunction("celu", ["alpha": .init(alpha)], defaults: ["alpha": 1]) {
            Tensor.where($0 .> 0, $0, (negativePart($0) / alpha).expm1() * alpha)
        }
    }

    /// min(max(x + 3, 0), 6) / 6, as Keras 3 has it.
    public static let hardSigmoid = ActivationFunction("hard_sigmoid") { relu6($0 + 3) / 6 }

    /// min(max(slope · x + 1/2, 0), 1): Keras 2's has a slope of 0.2, which Keras 3 cannot say.
    public static func hardSigmoid(slope: Double) -> ActivationFunction {
        ActivationFunction("hard_sigmoid", ["slope": .double(slope)], defaults: ["slope": .double(1.0 / 6)]) {
            ($0 * slope + 0.5).clipped(to: 0...1)
        }
    }

    /// x · hard sigmoid of x.
    public static let hardSilu = ActivationFunction("hard_silu") { $0 * (relu6($0 + 3) / 6) }

    /// x held within -1 and 1.
    public static let hardTanh = ActivationFunction("hard_tanh") { $0.clipped(to: -1...1) }

    /// sign(x) · max(|x| - threshold, 0).
    public static let softShrink = softShrink(threshold: 0.5)
    public static func softShrink(threshold: Double) -> ActivationFunction {
        ActivationFunction("soft_shrink", ["threshold": .init(threshold)], defaults: ["threshold": 0.5]) { x in
            Tensor.where(
                x .> threshold, x - threshold, Tensor.where(x .< -threshold, x + threshold, x.filled(0)))
        }
    }

    /// x where |x| > threshold, 0 elsewhere.
    public static let hardShrink = hardShrink(threshold: 0.5)
    public static func hardShrink(threshold: Double) -> ActivationFunction {
        ActivationFunction("hard_shrink", ["threshold": .init(threshold)], defaults: ["threshold": 0.5]) {
            Tensor.where($0.abs() .> threshold, $0, $0.filled(0))
        }
    }

    /// x where x > threshold, `defaultValue` elsewhere.
    public static func threshold(_ threshold: Double, defaultValue: Double) -> ActivationFunction {
        ActivationFunction(
            "threshold", ["threshold": .init(threshold), "default_value": .init(defaultValue)]
        ) { Tensor.where($0 .> threshold, $0, $0.filled(defaultValue)) }
    }

    /// 0 up to -1, (x + 1)² / 4 up to 1, x beyond.
    public static let sparsePlus = ActivationFunction("sparse_plus") { x in
        Tensor.where(x .>= 1, x, Tensor.where(x .<= -1, x.filled(0), (x + 1).square() * 0.25))
    }

    /// 0 up to -1, (x + 1) / 2 up to 1, 1 beyond.
    public static let sparseSigmoid = ActivationFunction("sparse_sigmoid") { x in
        Tensor.where(x .>= 1, x.filled(1), Tensor.where(x .<= -1, x.filled(0), (x + 1) * 0.5))
    }
}
