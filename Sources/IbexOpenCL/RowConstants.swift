import IbexGraph

/// What a map computes alike in each of its rows, such as the deviation of each channel: a work-item that walks many rows
/// computes it once.
struct RowConstants {
    /// The most elements of a row whose constants a work-item holds.
    static let largestRow = 1024
    /// From so many rows on it pays.
    static let fewestRows = 4
    private static let most = 4

    /// The constants.
    let values: Expression
    /// The map, which finds the constants in operands behind its own.
    let body: Expression

    /// `nil` where a map of these operands over the space has none that is worth it.
    init?(_ body: Expression, _ space: IterationSpace, operands: Int) {
        let found = Self.positions(body, space).prefix(Self.most)
        guard !found.isEmpty else { return nil }
        var instructions = body.instructions
        for (index, position) in found.enumerated() {
            instructions[position] = .init(.load(operands + index), instructions[position].dtype)
        }
        values = Expression(instructions: body.instructions, results: Array(found))
        self.body = Expression(instructions: instructions, results: body.results)
    }

    /// The instructions that differ along a row and not between rows, take longer than a load, and lead to one that differs
    /// between rows or is a result.
    private static func positions(_ body: Expression, _ space: IterationSpace) -> [Int] {
        var isConstant: [Bool] = [], isAlongRow: [Bool] = [], isCostly: [Bool] = []
        for instruction in body.instructions {
            let arguments = instruction.arguments
            switch instruction.code {
            case .load(let operand):
                isConstant.append(space.strides[operand].dropLast().allSatisfy { $0 == 0 })
                isAlongRow.append(space.step(operand) != .uniform)
                isCostly.append(false)
                continue
            case .apply(let function):
                let isQuick = [ElementwiseFunction.add, .subtract, .multiply].contains(function)
                isCostly.append(!isQuick || arguments.contains { isCostly[$0] })
            case .constant, .cast:
                isCostly.append(arguments.contains { isCostly[$0] })
            }
            isConstant.append(arguments.allSatisfy { isConstant[$0] })
            isAlongRow.append(arguments.contains { isAlongRow[$0] })
        }
        let leading = Set(body.results).union(
            body.instructions.indices.filter { !isConstant[$0] }.flatMap { body.instructions[$0].arguments })
        return body.instructions.indices.filter {
            isConstant[$0] && isAlongRow[$0] && isCostly[$0] && leading.contains($0)
        }
    }
}
