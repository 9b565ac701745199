/// A small program over one element: loads, constants, functions of the table and casts, in the order
/// of their computation. What a generated kernel does to every element, and what rides in the
/// epilogue of a matmul, a convolution or a gather.
package struct Expression: Hashable, Sendable {
    package enum Code: Hashable, Sendable {
        /// The element of input `index`.
        case load(Int)
        /// The number at `index` among the op's constants; it is an argument of the kernel, never
        /// a part of its source.
        case constant(Int)
        case apply(ElementwiseFunction)
        /// A change of type to the instruction's own.
        case cast
    }

    package struct Instruction: Hashable, Sendable {
        package let code: Code
        /// Earlier instructions that it works on.
        package let arguments: [Int]
        /// The type of its value.
        package let dtype: DType

        package init(_ code: Code, _ dtype: DType, _ arguments: [Int] = []) {
            self.code = code
            self.arguments = arguments
            self.dtype = dtype
        }
    }

    package var instructions: [Instruction]
    /// The instructions whose values are the results.
    package var results: [Int]

    package init(instructions: [Instruction], results: [Int]) {
        self.instructions = instructions
        self.results = results
    }

    /// The element type of each result.
    package var dtypes: [DType] { results.map { instructions[$0].dtype } }
}

/// How the elements of an input are found from a position in an iteration space: the element at
/// `offset + Σ position[axis] * strides[axis]`. A stride of 0 repeats, a negative one walks backwards.
package struct View: Hashable, Sendable {
    package var offset: Int
    package var strides: [Int]

    package init(offset: Int = 0, strides: [Int]) {
        self.offset = offset
        self.strides = strides
    }

    /// The view that walks a row-major tensor of this shape in order.
    package static func contiguous(_ shape: Shape) -> View { View(strides: shape.strides) }

    /// Whether every position reads the same element.
    package var isUniform: Bool { strides.allSatisfy { $0 == 0 } }
}

/// What is done to each element of an op's result before it is stored: bias, activation, a mask, the update of the
/// parameter whose gradient the op computes.
///
/// Input 0 of the expression is the op's own value; input `i + 1` is read from the op's operand
/// `operandBase + i` through `views[i]`, a view over the result's shape (for a gather: the
/// result's shape too): contiguous, along the last axis only, or one number. An operand may be the very
/// buffer that a result goes to; it is then read at the same position only. Each result of the expression is a result
/// of the op, of the op's shape.
package struct Epilogue: Hashable, Sendable {
    package let expression: Expression
    package let constants: [Double]
    package let views: [View]

    package init(expression: Expression, constants: [Double], views: [View]) {
        self.expression = expression
        self.constants = constants
        self.views = views
    }

    /// The element type of each result.
    package var dtypes: [DType] { expression.dtypes }
}

/// An op into whose kernel an elementwise tail can be put.
package protocol EpilogueOp: Op {
    var epilogue: Epilogue? { get set }
    /// How many operands the op has of its own; the epilogue's come after them.
    func ownOperandCount(_ inputs: Int) -> Int
}

extension EpilogueOp {
    package func ownOperandCount(_ inputs: Int) -> Int { inputs - (epilogue?.views.count ?? 0) }

    /// The op's results, where it would have one of `shape` and `dtype` without its epilogue.
    func finishedTypes(_ shape: Shape, _ dtype: DType) -> [TensorType] {
        (epilogue?.dtypes ?? [dtype]).map { TensorType(shape, $0) }
    }
}
