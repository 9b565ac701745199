import IbexArrays
import IbexGraph

/// What an operation computes: its shape rule, which throws, and its tensors.
struct OperationFunction {
    /// How many operands there may be.
    let counts: ClosedRange<Int>
    let shape: ([Shape], Layer) throws -> Shape
    let compute: ([Tensor]) throws -> Tensor

    func takes(_ count: Int) -> Bool { counts.contains(count) }

    /// The counts in words, for errors.
    var count: String { (counts.lowerBound == counts.upperBound ? "" : "at least ") + "\(counts.lowerBound)" }

    typealias Maker = @Sendable (_ arguments: Config, _ place: String) throws -> OperationFunction

    /// The operations that are known, by Keras's names.
    static let known: [String: Maker] = [
        "TrueDivide": binary { $0 / $1 }, "Divide": binary { $0 / $1 }, "Add": binary { $0 + $1 },
        "Subtract": binary { $0 - $1 }, "Multiply": binary { $0 * $1 }, "Power": binary { $0.power($1) },
        "Maximum": binary { $0.maximum($1) }, "Minimum": binary { $0.minimum($1) },
        "Negative": unary { -$0 }, "Absolute": unary { $0.abs() }, "Abs": unary { $0.abs() },
        "Square": unary { $0.square() }, "Sqrt": unary { $0.sqrt() }, "Rsqrt": unary { $0.rsqrt() },
        "Exp": unary { $0.exp() }, "Log": unary { $0.log() }, "Log1p": unary { $0.log1p() }, "Sin": unary { $0.sin() },
        "Cos": unary { $0.cos() }, "Tanh": unary { $0.tanh() }, "Sigmoid": unary { $0.sigmoid() },
        "Relu": unary { $0.relu() }, "Softplus": unary { $0.softplus() }, "Floor": unary { $0.floor() },
        "Mean": reduction { $0.mean(axes: $1, keepDims: $2) }, "Sum": reduction { $0.sum(axes: $1, keepDims: $2) },
        "Max": reduction { $0.max(axes: $1, keepDims: $2) }, "Min": reduction { $0.min(axes: $1, keepDims: $2) },
        "Concatenate": concatenation, "Reshape": reshaping,
    ]

    private static func unary(_ function: @escaping @Sendable (Tensor) -> Tensor) -> Maker {
        { _, _ in OperationFunction(counts: 1...1, shape: { shapes, _ in shapes[0] }, compute: { function($0[0]) }) }
    }

    private static func binary(_ function: @escaping @Sendable (Tensor, Tensor) -> Tensor) -> Maker {
        { _, _ in
            OperationFunction(
                counts: 2...2,
                shape: { shapes, layer in
                    guard let shape = shapes[0].broadcast(with: shapes[1]) else {
                        throw IbexError(
                            .shape, at: layer.place, found: "operands of shapes \(shapes[0]) and \(shapes[1])",
                            expected: "shapes that broadcast")
                    }
                    return shape
                }, compute: { function($0[0], $0[1]) })
        }
    }

    /// Over axes of each sample: the batch stays.
    private static func reduction(_ function: @escaping @Sendable (Tensor, [Int], Bool) -> Tensor) -> Maker {
        { arguments, place in
            let wanted = try arguments.axes("axis", at: place)
            let keepsAxes = try arguments.bool("keepdims", at: place, default: false)
            func axes(_ shape: Shape) throws -> [Int] {
                let axes = try Set((wanted ?? Array(0..<shape.rank)).map { try shape.axis($0, at: place) }).sorted()
                guard !axes.contains(0) else {
                    throw IbexError(
                        .argument, at: "\(place), key axis", found: wanted.map { "\($0)" } ?? "all axes",
                        expected: "axes behind the batch")
                }
                return axes
            }
            return OperationFunction(
                counts: 1...1,
                shape: { shapes, _ in
                    let reduced = try axes(shapes[0])
                    return Shape(
                        shapes[0].extents.enumerated().compactMap { axis, extent in
                            reduced.contains(axis) ? (keepsAxes ? 1 : nil) : extent
                        })
                }, compute: { function($0[0], try axes($0[0].shape), keepsAxes) })
        }
    }

    private static let concatenation: Maker = { arguments, place in
        let axis = try arguments.int("axis", at: place, default: 0)
        return OperationFunction(
            counts: 1...(.max),
            shape: { shapes, layer in try Concatenate(axis: axis, name: layer.name).outputShapes(for: shapes)[0] },
            compute: { Tensor.concatenated($0, axis: try $0[0].shape.axis(axis, at: place)) })
    }

    private static let reshaping: Maker = { arguments, place in
        let extents = try arguments.ints("newshape", at: place)
        /// The extents for an input, one of which may be open.
        func shape(_ input: Shape) throws -> Shape {
            let known = extents.filter { $0 != -1 }
            let holes = extents.count - known.count
            let count = Shape(checking: known)?.elementCount
            let fits = holes == 0 ? count == input.elementCount : input.elementCount % max(count ?? 1, 1) == 0
            guard let count, holes == 0 || holes == 1 && count > 0, fits else {
                throw IbexError(
                    .shape, at: place, found: "an input of shape \(input)",
                    expected: "one that has the shape \(extents)")
            }
            return Shape(extents.map { $0 == -1 ? input.elementCount / max(count, 1) : $0 })
        }
        return OperationFunction(
            counts: 1...1, shape: { shapes, _ in try shape(shapes[0]) },
            compute: { $0[0].reshaped(to: try shape($0[0].shape)) })
    }
}
