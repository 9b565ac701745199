/// One number for rows and one for columns; a single number stands for both.
///
///     Conv2D(32, kernelSize: 3)
///     Conv2D(32, kernelSize: [3, 5])
public struct IntPair: Sendable, Hashable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    /// As given: layers check the count when they are built.
    public let values: [Int]

    public init(_ values: [Int]) { self.values = values.count == 1 ? [values[0], values[0]] : values }
    public init(_ both: Int) { self.init([both, both]) }
    public init(_ rows: Int, _ columns: Int) { self.init([rows, columns]) }
    public init(integerLiteral value: Int) { self.init(value) }
    public init(arrayLiteral elements: Int...) { self.init(elements) }

    var isPositivePair: Bool { values.count == 2 && values.allSatisfy { $0 > 0 } }
    var configValue: ConfigValue { ConfigValue(values) }
}

/// What happens at the border of a sliding window.
public enum Padding: String, Sendable, Hashable {
    /// The window stays inside: ⌊(n - window) / stride⌋ + 1 positions.
    case valid
    /// Zeros are added so that there are ⌈n / stride⌉ positions; an odd cell goes last.
    case same
}
