import IbexGraph
import IbexRuntime

/// Momentum whose matrices are made orthogonal (Jordan et al., 2024), with Adam for everything that is no matrix.
///
/// M ← μ M + G; U = M, or G + μ M with Nesterov's look ahead; X = U / ‖U‖, then `nsSteps` times
/// X ← a X + (b X Xᵀ + c (X Xᵀ)²) X (Newton and Schulz); W ← W - lr √max(rows, columns) `rmsRate` X, the last two factors
/// left out without a rate (Liu et al., 2025).
///
/// Weights of another rank than 2, embeddings and those whose path matches one of `excludeLayers` take Adam's step with
/// the rate lr · `adamLRRatio` and a decay of their own.
///
///     Muon(learningRate: 0.02, excludeLayers: ["output"])
public final class Muon: Optimizer {
    /// Adam's β₁.
    public private(set) var adamBeta1: Double
    /// Adam's β₂.
    public private(set) var adamBeta2: Double
    /// The decay of the weights that take Adam's step.
    public private(set) var adamWeightDecay: Double?
    /// Adam's.
    public private(set) var epsilon: Double
    /// Regular expressions, searched for in the path of a weight.
    public private(set) var excludeLayers: [String]
    /// Whether a weight with "embedding" in its path takes Adam's step.
    public private(set) var excludeEmbeddings: Bool
    /// a.
    public private(set) var muonA: Double
    /// b.
    public private(set) var muonB: Double
    /// c.
    public private(set) var muonC: Double
    /// What the learning rate of Adam's steps is multiplied with.
    public private(set) var adamLRRatio: Double
    /// μ.
    public private(set) var momentum: Double
    /// How often the iteration of Newton and Schulz is taken.
    public private(set) var nsSteps: Int
    /// Whether the step is Nesterov's.
    public private(set) var nesterov: Bool
    /// The root mean square that a step is near, in learning rates; `nil` for steps of norm 1.
    public private(set) var rmsRate: Double?

    /// Arguments after `rmsRate` are those of ``OptimizerOptions``.
    public init(
        learningRate: some LearningRate = 0.001, adamBeta1: Double = 0.9, adamBeta2: Double = 0.999,
        adamWeightDecay: Double? = 0.004, epsilon: Double = 1e-7, excludeLayers: [String] = [],
        excludeEmbeddings: Bool = true, muonA: Double = 3.4445, muonB: Double = -4.775, muonC: Double = 2.0315,
        adamLRRatio: Double = 1, momentum: Double = 0.95, nsSteps: Int = 5, nesterov: Bool = true,
        rmsRate: Double? = 0.2,
        weightDecay: Double? = 0.004, clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil,
        averaging: WeightAveraging? = nil, lossScaleFactor: Double? = nil, gradientAccumulationSteps: Int? = nil,
        name: String? = nil
    ) {
        self.adamBeta1 = adamBeta1
        self.adamBeta2 = adamBeta2
        self.adamWeightDecay = adamWeightDecay
        self.epsilon = epsilon
        self.excludeLayers = excludeLayers
        self.excludeEmbeddings = excludeEmbeddings
        self.muonA = muonA
        self.muonB = muonB
        self.muonC = muonC
        self.adamLRRatio = adamLRRatio
        self.momentum = momentum
        self.nsSteps = nsSteps
        self.nesterov = nesterov
        self.rmsRate = rmsRate
        super.init(
            learningRate: learningRate,
            options: OptimizerOptions(
                weightDecay: weightDecay, clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm,
                averaging: averaging, lossScaleFactor: lossScaleFactor,
                gradientAccumulationSteps: gradientAccumulationSteps),
            name: name)
    }

    public override var arguments: [String: OptimizerArgument] {
        [
            "adam_beta_1": OptimizerArgument(\Muon.adamBeta1),
            "adam_beta_2": OptimizerArgument(\Muon.adamBeta2),
            "adam_weight_decay": OptimizerArgument(\Muon.adamWeightDecay),
            "epsilon": OptimizerArgument(\Muon.epsilon),
            "exclude_layers": OptimizerArgument(\Muon.excludeLayers),
            "exclude_embeddings": OptimizerArgument(\Muon.excludeEmbeddings),
            "muon_a": OptimizerArgument(\Muon.muonA),
            "muon_b": OptimizerArgument(\Muon.muonB),
            "muon_c": OptimizerArgument(\Muon.muonC),
            "adam_lr_ratio": OptimizerArgument(\Muon.adamLRRatio),
            "momentum": OptimizerArgument(\Muon.momentum),
            "ns_steps": OptimizerArgument(\Muon.nsSteps),
            "nesterov": OptimizerArgument(\Muon.nesterov),
            "rms_rate": OptimizerArgument(\Muon.rmsRate),
        ]
    }

    /// Whether a weight takes Adam's step.
    private func takesAdam(_ weight: Variable) throws -> Bool {
        try weight.shape.rank != 2 || excludeEmbeddings && weight.name.lowercased().contains("embedding")
            || matches(weight, excludeLayers)
    }

    /// The second slot marks the weights that take Adam's step.
    public override func slots(for weight: Variable) throws -> [OptimizerSlot] {
        [OptimizerSlot("momentum")] + (try takesAdam(weight) ? [OptimizerSlot("velocity")] : [])
    }

    public override func validate() throws {
        try super.validate()
        for text in excludeLayers { _ = try expression(text) }
        try requireDecayRates(["adam_beta_1": adamBeta1, "adam_beta_2": adamBeta2])
        try requireNotNegative(["epsilon": epsilon, "momentum": momentum])
        guard nsSteps >= 0 else { throw argumentError("ns_steps \(nsSteps)", expected: "a number of at least 0") }
    }

    override func weightDecay(of weight: Variable) throws -> Double? {
        try takesAdam(weight) ? (isExcluded(weight) ? nil : adamWeightDecay) : super.weightDecay(of: weight)
    }

    public override func shared(_ step: OptimizerStep) -> [Tensor] {
        [step.adamRate(adamBeta1, adamBeta2) * adamLRRatio]
    }

    public override func update(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        if slots.count == 2 {
            let momentum = slots[0].moved(toward: gradient, keeping: adamBeta1)
            let velocity = slots[1].moved(toward: gradient.square(), keeping: adamBeta2)
            let change = momentum * step.shared[0].cast(to: weight.dtype) / (velocity.sqrt() + epsilon)
            return (weight - change, [momentum, velocity])
        }
        let moment = slots[0] * momentum + gradient
        let direction = orthogonal(nesterov ? gradient + moment * momentum : moment)
        let length = rmsRate.map { Double(max(weight.shape[0], weight.shape[1])).squareRoot() * $0 } ?? 1
        return (weight - direction * (step.rate.cast(to: weight.dtype) * length), [moment])
    }

    /// A matrix with its singular values brought near 1, by the shorter of its two sides.
    private func orthogonal(_ matrix: Tensor) -> Tensor {
        let isTall = matrix.shape[0] > matrix.shape[1]
        let start = isTall ? matrix.transposed() : matrix
        var x = start / (start.square().sum().sqrt() + 1e-7)
        for _ in 0..<nsSteps {
            let square = x.matmul(x.transposed())
            x = x * muonA + (square * muonB + square.matmul(square) * muonC).matmul(x)
        }
        return isTall ? x.transposed() : x
    }
}

extension Optimizer {
    /// ``Muon``, where an optimizer is expected: `compile(optimizer: .muon(learningRate: 0.02))`.
    public typealias muon = Muon
}
