import IbexGraph
import IbexTestSupport
import Testing

/// What an equation says, what is wrong with one, and how many ops it takes.
struct EinsumTests {
    private static func read(_ text: String, _ shapes: Shape...) throws -> String {
        let equation = try EinsumEquation(text, shapes)
        let terms = equation.operands.map { $0.map(\.description).joined() }.joined(separator: ",")
        return terms + "->" + equation.result.map(\.description).joined()
    }

    private static let matrixProducts: [(String, [Shape])] = [
        ("abc,cd->abd", [[2, 3, 4], [4, 5]]), ("bij,kj->bik", [[2, 3, 4], [5, 4]]),
        ("bhqd,bhkd->bhqk", [[2, 3, 4, 5], [2, 3, 6, 5]]), ("bhqk,bhkd->bhqd", [[2, 3, 4, 5], [2, 3, 5, 6]]),
        ("ba,bc->ca", [[4, 2], [4, 3]]), ("abc,cde->abde", [[2, 3, 4], [4, 5, 6]]),
    ]
    private static let elementwiseProducts: [(String, [Shape])] = [
        ("ij,ij->ij", [[2, 3], [2, 3]]), ("bi,bi->b", [[2, 3], [2, 3]]), ("i,j->ij", [[2], [3]]),
    ]

    @Test func withoutAnArrowLettersThatOccurOnce() throws {
        #expect(try Self.read("cb, ba", [2, 3], [3, 4]) == "cb,ba->ac")
        #expect(try Self.read("ii", [3, 3]) == "ii->")
        #expect(try Self.read("...ji", [5, 2, 3]) == "-1 of the ellipsisji->-1 of the ellipsisij")
    }

    @Test func namesWhatIsWrong() {
        expectError(.shape, at: "einsum \"ij,jk\"", found: "1 operands", expected: "2") {
            _ = try Self.read("ij,jk", [2, 3])
        }
        expectError(.shape, found: "\"ij\" for an operand with 3 axes") { _ = try Self.read("ij->i", [2, 3, 4]) }
        expectError(.shape, found: "\"1\" in \"i1\"") { _ = try Self.read("i1->i", [2, 3]) }
        expectError(.shape, found: "the result \"ik\"") { _ = try Self.read("ij->ik", [2, 3]) }
        expectError(.shape, found: "the result \"ii\"") { _ = try Self.read("ij->ii", [2, 3]) }
        expectError(.shape, found: "extents [3, 4] of axis j") { _ = try Self.read("ij,jk->ik", [2, 3], [4, 5]) }
        expectError(.shape, found: "extents [3, 4] of axis i") { _ = try Self.read("ii->i", [3, 4]) }
        expectError(.shape, found: "2 arrows") { _ = try Self.read("i->i->i", [3]) }
    }

    @Test func trapsOnABadEquation() async {
        await #expect(processExitsWith: .failure) { _ = Tensor.einsum("ij,jk->ik", Tensor.fill(1, [2, 3], .float32)) }
    }

    /// The products that layers take are one matrix product, and nothing is copied for them.
    @Test(arguments: matrixProducts)
    func isOneMatrixProduct(equation: String, shapes: [Shape]) {
        let operands = shapes.enumerated().map { Tensor.apply(Ops.Input($0, TensorType($1, .float32))) }
        let names = opsBehind(Tensor.einsum(equation, operands))
        #expect(names.filter { $0 == "matmul" }.count == 1)
        #expect(Set(names).isSubset(of: ["input", "matmul", "reshape"]), "\(equation): \(names)")
    }

    /// What has no matrix in it is a product of elements and a sum, which fuse.
    @Test(arguments: elementwiseProducts)
    func isElementwiseWhereThereIsNoMatrix(equation: String, shapes: [Shape]) {
        let operands = shapes.enumerated().map { Tensor.apply(Ops.Input($0, TensorType($1, .float32))) }
        #expect(!opsBehind(Tensor.einsum(equation, operands)).contains("matmul"))
    }

    private func opsBehind(_ tensor: Tensor) -> [String] {
        var (names, pending): ([String], [Tensor]) = ([], [tensor])
        while let next = pending.popLast() {
            names.append(next.node.op.name)
            pending += next.node.inputs
        }
        return names
    }
}
