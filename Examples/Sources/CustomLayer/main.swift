// A layer, a model, a loss and an activation of one's own: gradients follow by themselves.
import Ibex

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

/// Two dense layers with a short cut around them.
final class Residual: Model {
    let inner = Dense(32, activation: ActivationFunction("sine") { $0.sin() })
    let outer = Dense(4)
    let affine = Affine()

    override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        let correction = try outer(inner(input, context), context)
        return try affine(input + correction, context)
    }
}

setRandomSeed(7)
let x = Tensor.randomNormal([512, 4])
let y = (x * 2).sin() + 0.5

let model = Residual()
let quartic = Loss("quartic") { target, prediction in
    ((prediction - target).square() + (prediction - target).square().square()).mean(axis: -1)
}
model.compile(optimizer: .adam(learningRate: 0.01), loss: quartic, metrics: [.meanAbsoluteError])
let history = try model.fit(x, y, batchSize: 64, epochs: 30, verbose: 0)
model.summary(expandNested: true)
print("loss: \(history["loss"].first ?? 0) at first, \(history["loss"].last ?? 0) at last")
