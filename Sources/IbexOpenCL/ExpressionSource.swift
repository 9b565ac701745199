import IbexGraph

/// OpenCL C statements for an `Expression`, names by position: the text depends on the structure, on element types, and
/// on whether bytes are divided by an ordinary number.
struct ExpressionSource {
    let statements: [String]
    /// The variables that hold the results, and their types.
    let results: [(name: String, dtype: DType)]

    /// - Parameters:
    ///   - prefix: what the variables' names begin with.
    ///   - load: the value of an input.
    ///   - constant: the value of a constant.
    ///   - numbers: the constants' numbers, where they are known.
    init(
        _ expression: Expression, prefix: String, load: (_ input: Int) -> String,
        constant: (_ index: Int, DType) -> String, numbers: [Double] = []
    ) {
        var statements: [String] = []
        for (position, instruction) in expression.instructions.enumerated() {
            let operands = instruction.arguments.map { "\(prefix)\($0)" }
            let types = instruction.arguments.map { expression.instructions[$0].dtype }
            let value: String
            switch instruction.code {
            case .load(let input): value = load(input)
            case .constant(let index): value = constant(index, instruction.dtype)
            case .cast: value = instruction.dtype.converted(operands[0], from: types[0])
            case .apply(.divide) where expression.dividesByte(position, by: numbers):
                value = "byte_quotient(\(operands.joined(separator: ", ")))"
            case .apply(let function): value = Self.call(function, operands, types.last ?? instruction.dtype)
            }
            statements.append("const \(instruction.dtype.valueType) \(prefix)\(position) = \(value);")
        }
        self.statements = statements
        results = expression.results.map { ("\(prefix)\($0)", expression.instructions[$0].dtype) }
    }

    private static func call(_ function: ElementwiseFunction, _ operands: [String], _ type: DType) -> String {
        let template = type.isInteger ? function.openCLInteger ?? function.openCL : function.openCL
        var text = template.replacing("$T", with: type.valueType)
        for (index, operand) in operands.enumerated() { text.replace("$\(index)", with: operand) }
        return text
    }
}

extension Expression {
    /// Whether an instruction divides what was a byte by a constant whose reciprocal is neither huge nor tiny.
    fileprivate func dividesByte(_ position: Int, by numbers: [Double]) -> Bool {
        let (value, divisor) = (
            instructions[instructions[position].arguments[0]], instructions[instructions[position].arguments[1]]
        )
        guard instructions[position].dtype == .float32, value.code == .cast,
            instructions[value.arguments[0]].dtype == .uint8,
            case .constant(let index) = divisor.code, numbers.indices.contains(index)
        else { return false }
        return (0x1p-64...0x1p64).contains(abs(numbers[index]))
    }

    /// The instructions that some of them need, themselves included, in order.
    func reaching(_ wanted: [Int]) -> [Int] {
        var needed = Set(wanted)
        for position in instructions.indices.reversed() where needed.contains(position) {
            needed.formUnion(instructions[position].arguments)
        }
        return needed.sorted()
    }

    /// The expression without instructions that no result needs.
    func reduced() -> Expression {
        let kept = reaching(results)
        guard kept.count < instructions.count else { return self }
        let places = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
        let moved = kept.map { position in
            let one = instructions[position]
            return Instruction(one.code, one.dtype, one.arguments.map { places[$0]! })
        }
        return Expression(instructions: moved, results: results.map { places[$0]! })
    }

    /// The constants that the expression reads, each with the types it is read as, in order of appearance.
    var constantUses: [(index: Int, dtype: DType)] {
        var uses: [(index: Int, dtype: DType)] = []
        for instruction in instructions {
            guard case .constant(let index) = instruction.code,
                !uses.contains(where: { $0 == (index, instruction.dtype) })
            else { continue }
            uses.append((index, instruction.dtype))
        }
        return uses
    }
}
