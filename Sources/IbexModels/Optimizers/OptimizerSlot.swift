import IbexGraph
import IbexRuntime

/// A tensor that an optimizer keeps beside a weight, such as a moment.
///
///     override func slots(for weight: Variable) -> [OptimizerSlot] { [OptimizerSlot("momentum")] }
public struct OptimizerSlot {
    /// Keras's name of it: its variable is called `<optimizer>/<weight>_<name>`.
    public let name: String
    /// Where it stands among the optimizer's variables: slots of one group lie weight by weight, the groups one after
    /// another, as Keras saves them.
    public let group: Int
    private let initial: (Variable) -> Tensor

    /// A slot of the weight's shape and type that begins with `value` throughout.
    public init(_ name: String, value: Double = 0, group: Int = 0) {
        self.init(name, group) { .full(value, $0.shape, $0.dtype) }
    }

    /// A slot of zeros of another shape.
    public init(_ name: String, shape: Shape) {
        self.init(name, 0) { .full(0, shape, $0.dtype) }
    }

    /// A slot that begins as the weight does.
    public static func copy(_ name: String) -> OptimizerSlot { OptimizerSlot(name, 0) { $0.stored } }

    private init(_ name: String, _ group: Int, initial: @escaping (Variable) -> Tensor) {
        self.name = name
        self.group = group
        self.initial = initial
    }

    func variable(for weight: Variable, of optimizer: String) -> Variable {
        let path = weight.name.replacing("/", with: "_")
        return Variable(initial(weight), name: "\(optimizer)/\(path)_\(name)", trainable: false)
    }
}
