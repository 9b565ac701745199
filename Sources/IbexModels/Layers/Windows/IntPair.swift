import IbexGraph

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
}

/// One number each for depth, rows and columns; a single number stands for all three.
///
///     Conv3D(32, kernelSize: 3)
///     Conv3D(32, kernelSize: [1, 3, 3])
public struct IntTriple: Sendable, Hashable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    /// As given: layers check the count when they are built.
    public let values: [Int]

    public init(_ values: [Int]) { self.values = values.count == 1 ? [values[0], values[0], values[0]] : values }
    public init(_ all: Int) { self.init([all, all, all]) }
    public init(_ depth: Int, _ rows: Int, _ columns: Int) { self.init([depth, rows, columns]) }
    public init(integerLiteral value: Int) { self.init(value) }
    public init(arrayLiteral elements: Int...) { self.init(elements) }
}

extension Config {
    /// One number for each of `axes` spatial axes: a single one stands for all, as Keras has it.
    func sizes(_ key: String, _ axes: Int, at place: String, default fallback: [Int]? = nil) throws(IbexError) -> [Int]
    {
        if let number = self[key]?.int { return [Int](repeating: number, count: axes) }
        let sizes = try ints(key, at: place, default: fallback)
        guard sizes.count == axes else {
            throw IbexError(
                .argument, at: "\(place), key \(key)", found: "\(sizes)",
                expected: "a whole number, or one for each of \(axes) axes")
        }
        return sizes
    }
}
