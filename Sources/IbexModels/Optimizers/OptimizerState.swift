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
    /// The type of scalars: the widest of the weights, at least `float32`.
    private(set) var dtype = DType.float32
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
        if variables.contains(where: { $0.dtype == .float64 }) { dtype = .float64 }
        if iterations == nil {
            iterations = Variable(Tensor(Int64(0)), name: "\(name)/iteration", trainable: false)
            func scalar(_ value: Double, _ dtype: DType, _ own: String) -> Variable {
                Variable(.full(value, .scalar, dtype), name: "\(name)/\(own)", trainable: false)
            }
            self.rate = rate.map { scalar($0, floatx(), "learning_rate") }
            scalars = optimizer.scalars.map { scalar($0.value, dtype, $0.name) }
        }
        for weight in variables where self[weight] == nil {
            func made(_ slot: OptimizerSlot) -> Variable { slot.variable(for: weight, of: name) }
            let slots = try optimizer.slots(for: weight)
            let state = WeightState(
                slots: slots.map(made), groups: slots.map(\.group),
                average: options.averaging.map { made($0.slot) },
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
        for (index, value) in values.enumerated() {
            if index == scratch.count || scratch[index].dtype != value.dtype {
                let variable = Variable(.zeros(.scalar, value.dtype), name: "shared_\(index)", trainable: false)
                scratch.replaceSubrange(index..<min(index + 1, scratch.count), with: [variable])
            }
            scratch[index].assign(value)
        }
    }
}
