import IbexGraph

/// What an initializer, a regularizer or a constraint cannot work with: an argument of its own, or a shape. A layer's
/// `build` throws it with the name of the layer.
struct Misfit: Sendable {
    let found: String
    let expected: String

    /// Says what does not fit a shape, if anything.
    typealias Rule = @Sendable (Shape) -> Misfit?

    static func shape(_ shape: Shape, expected: String) -> Misfit {
        Misfit(found: "shape \(shape)", expected: expected)
    }

    /// Axes that lie outside a shape.
    static func axes(_ axes: [Int], of shape: Shape) -> Misfit? {
        axes.allSatisfy { (-shape.rank..<shape.rank).contains($0) }
            ? nil : Misfit(found: "axes \(axes) for shape \(shape)", expected: "axes of the shape")
    }

    /// The first of several factors that is below zero or not finite.
    static func factors(_ factors: KeyValuePairs<String, Double>) -> Misfit? {
        factors.first { !($0.value >= 0 && $0.value.isFinite) }.map {
            Misfit(found: "\($0.key) \($0.value)", expected: "a number of at least 0")
        }
    }

    /// - Parameter owner: what it is about, such as `initializer Identity`.
    func error(about owner: String, at place: String) -> IbexError {
        IbexError(.argument, at: place, found: "the \(owner) with \(found)", expected: expected)
    }
}
