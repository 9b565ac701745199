import CIbexVector
import IbexGraph

/// The axes of an iteration space and how far each operand walks along them, with axes merged where every
/// operand walks through both evenly.
struct IterationSpace {
    var extents: [Int]
    /// One row of strides for each operand.
    var strides: [[Int]]

    init(extents: [Int], strides: [[Int]]) {
        var outExtents: [Int] = []
        var outStrides = [[Int]](repeating: [], count: strides.count)
        for axis in extents.indices where extents[axis] != 1 {
            let extent = extents[axis]
            let merges =
                !outExtents.isEmpty
                && strides.indices.allSatisfy {
                    outStrides[$0][outExtents.count - 1] == strides[$0][axis] * extent
                }
            if merges {
                outExtents[outExtents.count - 1] *= extent
                for operand in strides.indices { outStrides[operand][outExtents.count - 1] = strides[operand][axis] }
            } else {
                outExtents.append(extent)
                for operand in strides.indices { outStrides[operand].append(strides[operand][axis]) }
            }
        }
        self.extents = outExtents
        self.strides = outStrides
    }

    var count: Int { extents.reduce(1, *) }
    var inner: Int { extents.last ?? 1 }

    /// This space outside, the other one inside.
    func around(_ other: IterationSpace) -> IterationSpace {
        IterationSpace(
            extents: extents + other.extents, strides: zip(strides, other.strides).map { $0 + $1 })
    }

    /// Whether an operand is read element after element through the whole space.
    func isContiguous(_ operand: Int) -> Bool {
        extents.isEmpty || (extents.count == 1 && strides[operand][0] == 1)
    }

    /// Whether an operand is one short row that repeats along all other axes.
    func isPeriodic(_ operand: Int) -> Bool {
        extents.count > 1 && inner < 256 && strides[operand].last == 1
            && strides[operand].dropLast().allSatisfy { $0 == 0 }
    }

    func isUniform(_ operand: Int) -> Bool { strides[operand].allSatisfy { $0 == 0 } }
}
