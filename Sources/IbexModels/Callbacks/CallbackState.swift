import IbexGraph

/// What a callback remembers from epoch to epoch, in a form that a checkpoint can hold.
///
///     override var state: CallbackState {
///         get { CallbackState(numbers: ["wait": Double(wait)]) }
///         set { wait = newValue.integer("wait") ?? 0 }
///     }
public struct CallbackState: Sendable {
    public var numbers: [String: Double]
    /// The weights of the best epoch, for example, in order.
    public var tensors: [Tensor]

    public init(numbers: [String: Double?] = [:], tensors: [Tensor] = []) {
        self.numbers = numbers.compactMapValues(\.self)
        self.tensors = tensors
    }

    /// A whole number by its name.
    public func integer(_ name: String) -> Int? { numbers[name].flatMap { Int(exactly: $0) } }

    var isEmpty: Bool { numbers.isEmpty && tensors.isEmpty }
}
