import IbexGraph

/// An iteration space with the strides of everything that is read or written in it, as few axes as possible.
///
/// Neighbouring axes that every operand walks as one are joined, and axes of extent 1 dropped, so that the generated
/// source depends on how data lies, not on how it is called.
struct IterationSpace {
    private(set) var extents: [Int]
    /// One row per operand, one stride per axis.
    private(set) var strides: [[Int]]

    init(_ extents: [Int], strides operands: [[Int]]) {
        self.extents = []
        strides = operands.map { _ in [] }
        for axis in extents.indices {
            let last = axis == extents.count - 1
            if extents[axis] == 1 && !(last && self.extents.isEmpty) { continue }
            let joins =
                !self.extents.isEmpty
                && operands.indices.allSatisfy { strides[$0].last == operands[$0][axis] * extents[axis] }
            if joins {
                self.extents[self.extents.count - 1] *= extents[axis]
                for operand in operands.indices {
                    strides[operand][strides[operand].count - 1] = operands[operand][axis]
                }
            } else {
                self.extents.append(extents[axis])
                for operand in operands.indices { strides[operand].append(operands[operand][axis]) }
            }
        }
        if self.extents.isEmpty {
            self.extents = [1]
            strides = operands.map { _ in [1] }
        }
    }

    var rank: Int { extents.count }
    var inner: Int { extents[extents.count - 1] }
    /// The product of all extents but the last.
    var rows: Int { extents.dropLast().reduce(1, *) }
    var elementCount: Int { extents.reduce(1, *) }

    /// How an operand steps along the last axis: what the inner loop is specialised on.
    func step(_ operand: Int) -> InnerStep {
        switch strides[operand].last ?? 0 {
        case 0: .uniform
        case 1: .unit
        default: .strided
        }
    }
}

/// How an operand steps along the innermost axis.
enum InnerStep: String {
    case uniform, unit, strided

    /// The index at position `i`; `stride` names the stride where it is neither 0 nor 1.
    func index(_ i: String, stride: String) -> String {
        switch self {
        case .uniform: "0"
        case .unit: i
        case .strided: "(\(i)) * \(stride)"
        }
    }
}
