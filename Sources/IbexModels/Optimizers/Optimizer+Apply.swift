import IbexGraph
import IbexRuntime

extension Optimizer {
    /// Takes one step: clips the gradients, decays and updates the weights, and counts.
    ///
    /// Inside a compiled function it becomes a part of the program.
    ///
    ///     try optimizer.apply(gradients(of: loss, withRespectTo: weights.map(\.value)), to: weights)
    ///
    /// Where the optimizer scales the loss, take the gradients of `optimizer.scaleLoss(loss)`.
    ///
    /// - Throws: `IbexError` where counts differ, or where the optimizer's arguments do not fit together.
    public func apply(_ gradients: [Tensor], to weights: [Variable]) throws {
        try apply(gradients, to: weights, constraints: weights.map { _ in nil })
    }

    func takeStep(
        _ gradients: [Tensor], _ weights: [Variable], _ constraints: [Constraint?], where isSound: Tensor?
    ) throws {
        guard gradients.count == weights.count else {
            throw argumentError("\(gradients.count) gradients", expected: "\(weights.count), one for each weight")
        }
        try build(weights)
        guard let iterations = state.iterations, let rate = schedule?(iterations.value) ?? state.rate?.value else {
            throw IbexError(.state, at: "optimizer \(name)", found: "no state", expected: "a call of build first")
        }
        let step = begin(iterations.value, rate, where: isSound)
        let unscaled = options.lossScaleFactor.map { factor in gradients.map { $0 / factor } } ?? gradients
        let taken = options.clipping(accumulated(unscaled, weights, step))
        for ((weight, gradient), constraint) in zip(zip(weights, taken), constraints) {
            guard let kept = state[weight] else { continue }
            let next = try updated(weight, gradient, kept, step)
            weight.assign(weight.value.replaced(by: constraint.map { $0(next) } ?? next, where: isSound))
        }
        iterations.assign(iterations.value.replaced(by: iterations.value + 1, where: isSound))
    }

    /// What the step's updates share.
    private func begin(_ iterations: Tensor, _ rate: Tensor, where isSound: Tensor?) -> OptimizerStep {
        var (count, isDue) = (iterations + 1, isSound)
        if let steps = options.gradientAccumulationSteps {
            let divisor = Tensor.fill(Double(steps), .scalar, .int64)
            let isLast = count.remainder(divisor) .== 0
            isDue = isSound.map { $0 .& isLast } ?? isLast
            count = iterations.floorDivided(by: divisor) + 1
        }
        var step = OptimizerStep(rate: rate.cast(to: state.dtype), count: count, isDue: isDue, isSound: isSound)
        step.scalars = advance(state.scalars.map { $0.value.cast(to: step.dtype) }, step)
        for (variable, next) in zip(state.scalars, step.scalars) {
            variable.assign(variable.value.replaced(by: next.cast(to: variable.dtype), where: isDue))
        }
        step.shared = shared(step)
        state.hold(step.shared + (options.gradientAccumulationSteps == nil ? [] : [isDue].compactMap(\.self)))
        return step
    }

    /// The means of the gradients since the last step, where they are accumulated.
    private func accumulated(_ gradients: [Tensor], _ weights: [Variable], _ step: OptimizerStep) -> [Tensor] {
        guard let steps = options.gradientAccumulationSteps, let isDue = step.isDue else { return gradients }
        return zip(weights, gradients).map { weight, gradient in
            guard let variable = state[weight]?.accumulator else { return gradient }
            let total = variable.value + gradient
            let next = Tensor.where(isDue, total.filled(0), total)
            variable.assign(variable.value.replaced(by: next, where: step.isSound))
            return total / Double(steps)
        }
    }

    /// The weight after decay, update and averaging; slots and average are assigned.
    private func updated(
        _ weight: Variable, _ gradient: Tensor, _ kept: OptimizerState.WeightState, _ step: OptimizerStep
    ) throws -> Tensor {
        var value = weight.value
        if let decay = try weightDecay(of: weight) {
            value = value - value * (step.rate * decay).cast(to: value.dtype)
        }
        let result = update(value, gradient: gradient, slots: kept.slots.map(\.value), step)
        for (slot, next) in zip(kept.slots, result.slots) {
            slot.assign(slot.value.replaced(by: next, where: step.isDue))
        }
        let moved = weight.value.replaced(by: result.weight, where: step.isDue)
        guard let averaging = options.averaging, let average = kept.average else { return moved }
        let averaged = averaging(moved, average: average.value, step)
        average.assign(average.value.replaced(by: averaged.average, where: step.isSound))
        return averaged.weight
    }
}
