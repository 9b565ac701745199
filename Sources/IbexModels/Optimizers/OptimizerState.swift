import IbexGraph
import IbexRuntime

/// A variable that an optimizer keeps beside a weight, with Keras's name of what it is, such as `momentum`.
package struct KeptVariable {
    package let name: String
    package let weight: Variable
    package let variable: Variable
}

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
        let weight: Variable
        let slots: [Variable]
        let names: [String]
        let groups: [Int]
        let average: Variable?
        let accumulator: Variable?
    }

    subscript(weight: Variable) -> WeightState? { weights[ObjectIdentifier(weight)] }

    /// All of it in Keras's order.
    var variables: [Variable] {
        [iterations, rate].compactMap(\.self) + kept.map(\.variable) + scalars
    }

    /// The moving averages of the weights.
    var averages: [KeptVariable] { all("average", \.average) }

    private func all(_ name: String, _ variable: (WeightState) -> Variable?) -> [KeptVariable] {
        order.compactMap { state in
            variable(state).map { KeptVariable(name: name, weight: state.weight, variable: $0) }
        }
    }

    /// What is kept beside the weights, in Keras's order: averages, accumulated gradients, then the slots.
    var kept: [KeptVariable] {
        let groups = Set(order.flatMap(\.groups)).sorted()
        let slots = groups.flatMap { group in
            order.flatMap { state in
                state.slots.indices.filter { state.groups[$0] == group }.map {
                    KeptVariable(name: state.names[$0], weight: state.weight, variable: state.slots[$0])
                }
            }
        }
        return averages + all("gradient_accumulator", \.accumulator) + slots
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
                weight: weight, slots: slots.map(made), names: slots.map(\.name), groups: slots.map(\.group),
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
