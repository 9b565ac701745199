import Ibex

// The code of Documentation/Custom.md: what stands between the marks is shown there as it is here, in this order.

// page: layer
/// y = x · scale + shift, feature by feature.
final class Affine: Layer {
    private var scale: Variable?
    private var shift: Variable?

    override func build(_ inputs: [Shape]) throws {
        scale = addWeight(name: "scale", shape: [inputs[0][-1]], initializer: .ones)
        shift = addWeight(name: "shift", shape: [inputs[0][-1]], initializer: .zeros)
    }

    override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        guard let scale, let shift else { return input }
        return input * scale.value + shift.value
    }
}
// end

// page: layer with arguments
/// y = x · factor, for a factor that is not trained.
final class Scaled: Layer {
    let factor: Double

    init(by factor: Double, name: String? = nil) {
        self.factor = factor
        super.init(name: name)
    }

    override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor { input * factor }

    override var config: Config { super.config.merging(["factor": .double(factor)]) { $1 } }
}

func twin(of model: Model) throws -> Model {
    try withCustomObjects(layers: ["Scaled": { Scaled(by: $0["factor"]?.double ?? 1, name: $0["name"]?.string) }]) {
        try cloneModel(model)
    }
}
// end

// page: model
/// Two dense layers and a short cut around them.
final class Residual: Model {
    let inner = Dense(32, activation: .relu)
    let outer = Dense(4, kernelInitializer: .zeros)

    override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        try input + outer(inner(input, context), context)
    }
}
// end

// page: loss
let quartic = Loss("quartic") { target, prediction in
    (prediction - target).square().square().mean(axis: -1)
}
// end

// page: metric
/// The largest error of all batches.
final class LargestError: Metric {
    override var stateShapes: [Shape] { [.scalar] }

    override func update(_ target: Tensor, _ prediction: Tensor, sampleWeight: Tensor?) throws {
        let largest = (target - prediction).abs().max().cast(to: .float32)
        variables[0].assign(variables[0].value.maximum(largest))
    }

    override func result(of state: [[Double]]) -> Double { state[0][0] }
}
// end

// page: closures
let peak = Regularizer("peak") { 0.1 * $0.abs().max() }
let halves = Constraint("halves") { ($0 * 2).round() / 2 }
let ramp = Initializer("ramp") { shape in (0..<shape.elementCount).map { Double($0) / 10 } }
let sine = ActivationFunction("sine") { $0.sin() }
let halving = LearningRateSchedule("halving") { step in 0.1 * (step * -0.69314718).exp() }

func dense() -> Dense {
    Dense(2, activation: sine, kernelInitializer: ramp, kernelRegularizer: peak, kernelConstraint: halves)
}
// end

// page: gradient
/// Rounds, and lets the gradient through as if it had not.
func rounded(_ x: Tensor) -> Tensor {
    .customGradient(x) {
        $0.round()
    } backward: { _, _, upstream in
        upstream
    }
}
// end

// page: optimizer
/// Each weight takes a step of one size, against the sign of its gradient.
final class SignDescent: Optimizer {
    override func update(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        (weight - gradient.sign() * step.rate.cast(to: weight.dtype), slots)
    }
}
// end

// page: training step
/// Trains on the absolute error, whatever `compile` says, and reports it as a metric of its own.
final class Robust: Model {
    let dense = Dense(1, useBias: false, kernelInitializer: .ones)
    let error = Mean(name: "error")

    override var ownMetrics: [Metric] { [error] }

    override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor { try dense(input, context) }

    override func trainStep(_ batch: Batch) throws -> Tensor {
        let prediction: Tensor = try self(batch.inputs, training: true)
        let errors = (prediction - batch.targets[0]).abs()
        try error.update(errors)
        let loss = errors.mean()
        try applyGradients(of: loss)
        return loss
    }
}
// end

// page: training loop
/// Trains a model for some epochs; the loss of each step.
func train(_ model: Model, _ x: Tensor, _ y: Tensor, batchSize: Int, epochs: Int) throws -> [Float] {
    let optimizer = Optimizer.sgd(learningRate: 0.25)
    let loss = Loss.meanAbsoluteError
    let step = compile { batch in
        let value = try loss(batch[1], model(batch[0], training: true))
        let weights = model.trainableWeights
        try optimizer.apply(gradients(of: value, withRespectTo: weights.map(\.value)), to: weights)
        return [value]
    }
    var losses: [Float] = []
    for _ in 0..<epochs {
        for start in stride(from: 0, to: x.shape[0], by: batchSize) {
            let rows = start..<min(start + batchSize, x.shape[0])
            losses.append(try step(x[rows], y[rows])[0].item())
        }
    }
    return losses
}
// end
