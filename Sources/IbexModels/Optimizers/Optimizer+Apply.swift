import IbexGraph
import IbexRuntime

extension Optimizer {
    /// Takes one step: clips the gradients, decays and updates the weights, and counts.
    ///
    /// Inside a compiled function it becomes a part of the program.
    ///
    ///     try optimizer.apply(gradients(of: loss, withRespectTo: weights.map(\.value)), to: weights)
    ///
    /// - Throws: `IbexError` where counts differ, or where the optimizer's arguments do not fit together.
    public func apply(_ gradients: [Tensor], to weights: [Variable]) throws {
        try apply(gradients, to: weights, constraints: weights.map { _ in nil })
    }

    package func apply(_ gradients: [Tensor], to weights: [Variable], constraints: [Constraint?]) throws {
        guard gradients.count == weights.count else {
            throw argumentError("\(gradients.count) gradients", expected: "\(weights.count), one for each weight")
        }
        try build(weights)
        let step = try currentStep()
        for ((weight, gradient), constraint) in zip(zip(weights, clipping(gradients)), constraints) {
            guard let state = state(of: weight) else { continue }
            var value = weight.value
            if let weightDecay, decays(weight) {
                value = value - value * (step.rate * weightDecay).cast(to: value.dtype)
            }
            let result = update(value, gradient: gradient, slots: state.slots.map(\.value), step)
            for (slot, next) in zip(state.slots, result.slots) { slot.assign(next) }
            let updated = averaged(result.weight, state, step)
            weight.assign(constraint.map { $0(updated) } ?? updated)
        }
        iterations?.assign(step.count)
    }

    private func averaged(_ weight: Tensor, _ state: SlotState, _ step: OptimizerStep) -> Tensor {
        guard let averaging, let variable = state.average else { return weight }
        let momentum = Tensor.where(
            step.count .== 1, .fill(0, .scalar, weight.dtype), .fill(averaging.momentum, .scalar, weight.dtype))
        let average = variable.value * momentum + weight * (1 - momentum)
        variable.assign(average)
        guard let frequency = averaging.overwriteFrequency else { return weight }
        let due = step.count.remainder(.fill(Double(frequency), .scalar, .int64)) .== 0
        return Tensor.where(due, average, weight)
    }

    /// Puts the averages in place of the weights at the end of training.
    package func finalize(_ weights: [Variable]) {
        for weight in weights {
            if let average = state(of: weight)?.average { weight.assign(average.value) }
        }
    }
}
