import IbexGraph

extension ActivationFunction {
    public static let tanh = ActivationFunction("tanh") { $0.tanh() }

    /// 1 / (1 + e^-x).
    public static let sigmoid = ActivationFunction("sigmoid") { $0.sigmoid() }

    /// e^x.
    public static let exponential = ActivationFunction("exponential") { $0.exp() }

    /// ln(1 + e^x).
    public static let softplus = ActivationFunction("softplus") { $0.softplus() }

    /// x / (1 + |x|).
    public static let softsign = ActivationFunction("softsign") { $0 / ($0.abs() + 1) }

    /// ln of the sigmoid: -ln(1 + e^-x).
    public static let logSigmoid = ActivationFunction("log_sigmoid") { -(-$0).softplus() }

    /// x - tanh x.
    public static let tanhShrink = ActivationFunction("tanh_shrink") { $0 - $0.tanh() }

    /// x Φ(x), with the exact normal distribution: x/2 (1 + erf(x / √2)) (Hendrycks and Gimpel, 2016).
    public static let gelu = gelu(approximate: false)

    /// With `approximate`, x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))).
    public static func gelu(approximate: Bool) -> ActivationFunction {
        ActivationFunction("gelu", ["approximate": .init(approximate)], defaults: ["approximate": false]) { x in
            guard approximate else { return x * 0.5 * ((x * 0.5.squareRoot()).erf() + 1) }
            let scale = (2 / Double.pi).squareRoot()
            return x * 0.5 * ((x * (x * x * (0.044715 * scale) + scale)).tanh() + 1)
        }
    }

    /// x σ(x), also called swish.
    public static let silu = ActivationFunction("silu") { $0 * $0.sigmoid() }

    /// x tanh(softplus x) (Misra, 2019).
    public static let mish = ActivationFunction("mish") { $0 * $0.softplus().tanh() }

    /// (x + √(x² + b)) / 2.
    public static let squareplus = squareplus(b: 4)
    public static func squareplus(b: Double) -> ActivationFunction {
        ActivationFunction("squareplus", ["b": .init(b)], defaults: ["b": 4]) {
            ($0 + ($0.square() + b).sqrt()) * 0.5
        }
    }
}
