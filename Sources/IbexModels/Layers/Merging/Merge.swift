import IbexGraph

/// What the layers share that join several inputs element by element.
///
/// Shapes: one batch extent; the other axes broadcast, matched from the last. An input of fewer axes gets axes of 1 after
/// its batch. Where all inputs come with masks, what any of them keeps is kept in the result.
public class Merge: Layer, ConfiguredLayer {
    public override init(name: String? = nil) { super.init(name: name) }

    public required init(config: Config) throws {
        super.init(name: config.layerName)
        try applyCommon(config)
    }

    /// How many inputs the layer takes, in words; `nil` where it takes that many.
    func misfit(count: Int) -> String? { count >= 1 ? nil : "at least one input" }

    /// Joins two inputs, or what the ones before came to and the next.
    func joined(_ a: Tensor, _ b: Tensor) -> Tensor { a }

    /// Makes the result from the inputs joined.
    func finished(_ joined: Tensor, count: Int) -> Tensor { joined }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        if let expected = misfit(count: inputs.count) {
            throw IbexError(.shape, at: place, found: "\(inputs.count) inputs", expected: expected)
        }
        let rank = inputs.map(\.rank).max() ?? 0
        var result = Merge.aligned(inputs[0], rank: rank)
        for input in inputs.dropFirst() {
            let next = Merge.aligned(input, rank: rank)
            guard input.rank > 0, input[0] == inputs[0][0], let common = result.broadcast(with: next) else {
                throw IbexError(
                    .shape, at: place,
                    found: "inputs of shapes " + inputs.map(\.description).joined(separator: " and "),
                    expected: "one batch, and axes after it that are equal or 1")
            }
            result = common
        }
        return [result]
    }

    /// A shape with axes of 1 after the batch, up to a rank.
    private static func aligned(_ shape: Shape, rank: Int) -> Shape {
        guard shape.rank > 0, shape.rank < rank else { return shape }
        return Shape([shape[0]] + Array(repeating: 1, count: rank - shape.rank) + shape.extents.dropFirst())
    }

    public override func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
        let rank = inputs.map(\.rank).max() ?? 0
        let terms = inputs.map { input in
            let x = input.cast(to: dtype)
            return x.reshaped(to: Merge.aligned(x.shape, rank: rank))
        }
        let joined = terms.dropFirst().reduce(terms[0]) { self.joined($0, $1) }
        let output = finished(joined, count: inputs.count)
        let masks = inputs.compactMap(context.mask(of:))
        if masks.count == inputs.count, Set(masks.map(\.shape)).count == 1 {
            context.setMask(masks.dropFirst().reduce(masks[0]) { $0 .| $1 }, of: output)
        }
        return [output]
    }
}

/// The sum of several inputs.
///
///     let y = try Add()([x, shortcut])
public final class Add: Merge {
    override func joined(_ a: Tensor, _ b: Tensor) -> Tensor { a + b }
}

/// The first input minus the second.
///
///     let difference = try Subtract()([a, b])
public final class Subtract: Merge {
    override func misfit(count: Int) -> String? { count == 2 ? nil : "two inputs" }
    override func joined(_ a: Tensor, _ b: Tensor) -> Tensor { a - b }
}

/// The product of several inputs, element by element.
///
///     let gated = try Multiply()([x, gate])
public final class Multiply: Merge {
    override func joined(_ a: Tensor, _ b: Tensor) -> Tensor { a * b }
}

/// The mean of several inputs, element by element.
///
///     let mean = try Average()([a, b, c])
public final class Average: Merge {
    override func joined(_ a: Tensor, _ b: Tensor) -> Tensor { a + b }
    override func finished(_ joined: Tensor, count: Int) -> Tensor { joined / Double(count) }
}

/// The largest of several inputs, element by element.
///
///     let largest = try Maximum()([a, b])
public final class Maximum: Merge {
    override func joined(_ a: Tensor, _ b: Tensor) -> Tensor { a.maximum(b) }
}

/// The smallest of several inputs, element by element.
///
///     let smallest = try Minimum()([a, b])
public final class Minimum: Merge {
    override func joined(_ a: Tensor, _ b: Tensor) -> Tensor { a.minimum(b) }
}
