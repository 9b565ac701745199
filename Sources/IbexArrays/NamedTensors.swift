import IbexGraph
import IbexRuntime

/// Tensors with names, in the order of the file that they come from or go to.
///
///     let tensors: NamedTensors = ["kernel": kernel, "bias": bias]
///     tensors["bias"]                                 // Tensor?
///     for (name, tensor) in tensors { print(name, tensor.shape) }
public struct NamedTensors: Sendable, RandomAccessCollection, ExpressibleByDictionaryLiteral {
    public typealias Element = (name: String, tensor: Tensor)

    private let elements: [Element]
    private let places: [String: Int]

    /// - Precondition: no name comes twice.
    public init(_ elements: some Sequence<(String, Tensor)>) {
        self.elements = elements.map { (name: $0.0, tensor: $0.1) }
        places = Dictionary(uniqueKeysWithValues: self.elements.enumerated().map { ($1.name, $0) })
    }

    /// - Precondition: no name comes twice.
    public init(dictionaryLiteral elements: (String, Tensor)...) { self.init(elements) }

    public var startIndex: Int { elements.startIndex }
    public var endIndex: Int { elements.endIndex }
    public subscript(position: Int) -> Element { elements[position] }

    /// The tensor of that name; `nil` where there is none.
    public subscript(name: String) -> Tensor? { places[name].map { elements[$0].tensor } }

    /// All names, in order.
    public var names: [String] { elements.map(\.name) }
}
