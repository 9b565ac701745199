import IbexGraph
import IbexRuntime

/// What an optimizer keeps on the device.
final class OptimizerState {
    /// The number of steps taken, those included that only accumulated gradients.
    private(set) var iterations: Variable?
    /// The learning rate; `nil` where a schedule gives it.
    private(set) var rate: Variable?
    /// The optimizer's `scalars`.
    private(set) var scalars: [Variable] = []
    private var scratch: [Variable] = []
    private var weights: [ObjectIdentifier: WeightState] = [:]
    private var order: [WeightState] = []

    /// What is kept for one weight.
    struct WeightState {
        let slots: [Variable]
        let groups: [Int]
        let average: Variable?
        let accumulator: Variable?
    }

    subscript(weight: Variable) -> WeightState? { weights[ObjectIdentifier(weight)] }

    /// All of it in Keras's order.
    var variables: [Variable] {
        [iterations, rate].compactMap(\.self) + order.compactMap(\.average) + order.compactMap(\.accumulator) + slots
            + scalars
    }

    private var slots: [Variable] {
        let all = order.flatMap { zip($0.groups, $0.slots) }
        return Set(all.map(\.0)).sorted().flatMap { group in all.filter { $0.0 == group }.map(\.1) }
    }

    /// Makes what is not there yet, on the current device.
    func build(_ variables: [Variable], for optimizer: Optimizer, rate: Double?) throws {
        let (name, options) = (optimizer.name, optimizer.options)
        if iterations == nil {
            iterations = Variable(Tensor(Int64(0)), name: "\(name)/iteration", trainable: false)
            self.rate = rate.map { Variable(Tensor(Float($0)), name: "\(name)/learning_rate", trainable: false) }
            scalars = optimizer.scalars.map {
                Variable(Tensor(Float($0.value)), name: "\(name)/\($0.name)", trainable: false)
            }
        }
        for weight in variables where self[weight] == nil {
            func made(_ slot: OptimizerSlot) -> Variable { slot.variable(for: weight, of: name) }
            let slots = try optimizer.slots(for: weight)
            let state = WeightState(
                slots: slots.map(made), groups: slots.map(\.group),
                average: options.averaging.map { _ in made(OptimizerSlot("average")) },
                accumulator: options.gradientAccumulationSteps.map { _ in
                    made(OptimizerSlot("gradient_accumulator"))
                })
            weights[ObjectIdentifier(weight)] = state
            order.append(state)
        }
    }

    /// Writes scalars to variables of their own: what is stored is computed once and read by every element of every
    /// weight, and not computed again for each.
    func hold(_ values: [Tensor]) {
        for value in values.dropFirst(scratch.count) {
            scratch.append(Variable(.zeros(.scalar, value.dtype), name: "shared_\(scratch.count)", trainable: false))
        }
        for (variable, value) in zip(scratch, values) { variable.assign(value) }
    }
}
