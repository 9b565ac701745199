import IbexGraph

/// Steps measured by those before them (Zeiler, 2012): a ← ρ a + (1 - ρ) g², Δ = -g √(d + ε) / √(a + ε),
/// d ← ρ d + (1 - ρ) Δ², w ← w + lr Δ.
public final class Adadelta: Optimizer {
    public let rho: Double
    public let epsilon: Double

    public init(
        learningRate: some LearningRate = 0.001, rho: Double = 0.95, epsilon: Double = 1e-7,
        weightDecay: Double? = nil, clipNorm: Double? = nil,
        clipValue: Double? = nil, globalClipNorm: Double? = nil, averaging: WeightAveraging? = nil, name: String? = nil
    ) {
        self.rho = rho
        self.epsilon = epsilon
        super.init(
            learningRate: learningRate, weightDecay: weightDecay,
            clipping: GradientClipping(norm: clipNorm, value: clipValue, globalNorm: globalClipNorm),
            averaging: averaging, name: name)
    }

    public override var slots: [(name: String, value: Double)] {
        [("accumulated_grad", 0), ("accumulated_delta_var", 0)]
    }

    public override func update(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let squares = slots[0] * rho + gradient.square() * (1 - rho)
        let change = gradient * (slots[1] + epsilon).sqrt() / (squares + epsilon).sqrt()
        let changes = slots[1] * rho + change.square() * (1 - rho)
        return (weight - change * step.rate.cast(to: weight.dtype), [squares, changes])
    }

    public override var arguments: Config {
        ["rho": .double(rho), "epsilon": .double(epsilon)]
    }

    static let entry = OptimizerEntry("Adadelta", rate: 0.001) { config, common throws(IbexError) in
        Adadelta(
            learningRate: common.rate,
            rho: try config.double("rho", at: "Adadelta", default: 0.95),
            epsilon: try config.double("epsilon", at: "Adadelta", default: 1e-7),
            weightDecay: common.decay, clipNorm: common.clipping.norm, clipValue: common.clipping.value,
            globalClipNorm: common.clipping.globalNorm, averaging: common.averaging, name: common.name)
    }
}

extension Optimizer {
    public static func adadelta(
        learningRate: some LearningRate = 0.001, rho: Double = 0.95, epsilon: Double = 1e-7,
        weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil
    ) -> Optimizer {
        Adadelta(
            learningRate: learningRate, rho: rho, epsilon: epsilon,
            weightDecay: weightDecay, clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm)
    }
}
