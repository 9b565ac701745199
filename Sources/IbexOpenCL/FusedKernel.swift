import IbexGraph

/// Device memory read or written as elements of a type.
struct TypedBuffer: Hashable {
    let reference: BufferReference
    let dtype: DType
}

/// What the generated kernels of `Fused` share: names and declarations of operands, constants and results.
///
/// Operand `j` is parameter `a<j>` from element `o<j>` on, result `r` parameter `y<r>`, constants `c<position>`. An
/// operand that is the very buffer of a result shares its parameter, so that `restrict` stays true.
struct FusedKernel {
    let op: Ops.Fused
    let operands: [TypedBuffer]
    let results: [TypedBuffer]
    var parameters = KernelParameters()
    private var constantNames: [String: String] = [:]
    private let sharedWith: [Int?]

    init(_ op: Ops.Fused, operands: [TypedBuffer], results: [TypedBuffer]) {
        self.op = op
        self.operands = operands
        self.results = results
        let views = op.operandViews
        let shapes = views.indices.map { op.epilogueOperands.contains($0) ? op.kept : op.domain }
        sharedWith = operands.indices.map { index in
            let space = IterationSpace(
                shapes[index].extents, strides: [views[index].strides, shapes[index].strides])
            guard views[index].offset == 0, space.rank == 1, space.step(0) == .unit else { return nil }
            return results.firstIndex(of: operands[index])
        }
    }

    /// Declares operands, offsets, results and constants.
    mutating func declareBuffers() {
        let resultReferences = Set(results.map(\.reference))
        let views = op.operandViews
        for (index, operand) in operands.enumerated() where sharedWith[index] == nil {
            let qualifier = resultReferences.contains(operand.reference) ? "" : "restrict "
            parameters.buffer(operand.reference, "const \(operand.dtype.memoryType) *\(qualifier)a\(index)")
            parameters.long("o\(index)", views[index].offset)
        }
        let aliased = Set(operands.indices.filter { sharedWith[$0] == nil }.map { operands[$0].reference })
        for (index, result) in results.enumerated() {
            let qualifier = aliased.contains(result.reference) ? "" : "restrict "
            parameters.buffer(result.reference, "\(result.dtype.memoryType) *\(qualifier)y\(index)")
        }
        let expressions = [op.body, op.epilogue, op.closing?.expression].compactMap { $0 }
        for (index, dtype) in expressions.flatMap(\.constantUses) {
            let key = "\(index) \(dtype)"
            guard constantNames[key] == nil else { continue }
            let name = "c\(constantNames.count)"
            constantNames[key] = name
            parameters.number(name, op.constants[index], dtype)
        }
    }

    func constant(_ index: Int, _ dtype: DType) -> String {
        dtype.readingConstant(constantNames["\(index) \(dtype)"]!)
    }

    /// The result whose memory an operand lies in, element on element.
    func result(sharedBy operand: Int) -> Int? { sharedWith[operand] }

    /// The parameter and first element of an operand.
    func origin(_ operand: Int) -> String { sharedWith[operand].map { "y\($0)" } ?? "a\(operand) + o\(operand)" }

    /// The declaration of a pointer into an operand's memory.
    func pointer(_ operand: Int, named name: String, at place: String) -> String {
        let const = sharedWith[operand] == nil ? "const " : ""
        return "__global \(const)\(operands[operand].dtype.memoryType) *\(name) = \(place);"
    }

    /// The statements that compute the body, and its values.
    func body(load: (Int) -> String) -> ExpressionSource {
        ExpressionSource(op.body, prefix: "t", load: load, constant: constant)
    }
}

extension DType {
    /// A constant's parameter as a value: `bool` travels as a byte.
    func readingConstant(_ name: String) -> String { self == .bool ? "(\(name) != 0)" : name }
}

/// Text of a sum of products: position times stride for each axis that has one.
func offsetText(_ terms: [(position: String, stride: String)]) -> String {
    terms.map { " + \($0.position) * \($0.stride)" }.joined()
}

/// Statements that take a row number apart into positions along axes, the last running fastest.
func positionStatements(of row: String, prefix: String, extents: [String]) -> [String] {
    guard !extents.isEmpty else { return [] }
    guard extents.count > 1 else { return ["const long \(prefix)0 = \(row);"] }
    var statements = ["long \(prefix)_rest = \(row);"]
    for axis in extents.indices.dropFirst().reversed() {
        statements.append("const long \(prefix)\(axis) = \(prefix)_rest % \(extents[axis]);")
        statements.append("\(prefix)_rest /= \(extents[axis]);")
    }
    statements.append("const long \(prefix)0 = \(prefix)_rest;")
    return statements
}
