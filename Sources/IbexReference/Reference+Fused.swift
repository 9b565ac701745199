import IbexGraph

extension Expression {
    /// The values of the results, where `load` gives the operand of an input.
    func evaluate(_ constants: [Double], _ load: (Int) -> Scalar) -> [Scalar] {
        var values: [Scalar] = []
        for instruction in instructions {
            switch instruction.code {
            case .load(let input): values.append(load(input))
            case .constant(let index):
                values.append(Scalar.real(constants[index]).converted(to: instruction.dtype))
            case .cast: values.append(values[instruction.arguments[0]].converted(to: instruction.dtype))
            case .apply(let function):
                let operand = instructions[instruction.arguments[instruction.arguments.count - 1]].dtype
                values.append(function.compute(instruction.arguments.map { values[$0] }, operand))
            }
        }
        return results.map { values[$0] }
    }
}

extension Ops.Fused: ReferenceExactOp {
    func computeExactly(_ inputs: [ReferenceTensor], _ results: [TensorType]) -> [ReferenceTensor] {
        if let (fold, map) = halves {
            let kept = fold.computeExactly(Array(inputs.prefix(fold.operandViews.count)), keptTypes)
            let stored = closing?.storedValues ?? 0
            return kept.prefix(stored)
                + map.computeExactly(kept + inputs.dropFirst(fold.operandViews.count), Array(results.dropFirst(stored)))
        }
        let operands = inputs.map(Scalar.read)
        func body(_ position: [Int]) -> [Scalar] {
            self.body.evaluate(constants) { operands[$0][views[$0].index(position)] }
        }
        var columns = [[Scalar]](repeating: [], count: results.count)
        for position in kept.positions {
            var row: [Scalar]
            if isReduction {
                let elements = reduced.positions.map { body(position + $0) }
                row = reductions.enumerated().map { number, kind in
                    let dtype = self.body.instructions[self.body.results[number]].dtype
                    return kind.fold(elements.map { $0[number] }, dtype)
                }
                if let epilogue {
                    let folded = row
                    row = epilogue.evaluate(constants) { input in
                        guard input >= reductions.count else { return folded[input] }
                        let view = epilogueViews[input - reductions.count]
                        return operands[views.count + input - reductions.count][view.index(position)]
                    }
                }
            } else {
                row = body(position)
            }
            for (result, value) in row.enumerated() { columns[result].append(value) }
        }
        return zip(columns, results).map { Scalar.write($0, $1) }
    }
}

extension Ops.HorizontalFused: ReferenceExactOp {
    func computeExactly(_ inputs: [ReferenceTensor], _ results: [TensorType]) -> [ReferenceTensor] {
        var (input, output) = (0, 0)
        return parts.flatMap { part in
            let (taken, made) = (part.views.count, part.body.results.count)
            defer {
                input += taken
                output += made
            }
            return part.computeExactly(
                Array(inputs[input..<input + taken]), Array(results[output..<output + made]))
        }
    }
}

extension EpilogueOp {
    /// The results after the tail, where there is one.
    func finished(_ own: [Double], _ call: ReferenceCall) -> [[Double]] {
        guard let epilogue else { return [own] }
        let first = ownOperandCount(call.inputs.count)
        func scalar(_ value: Double, _ dtype: DType) -> Scalar {
            dtype.isFloatingPoint ? .real(value) : .whole(Int64(value))
        }
        var columns = [[Double]](repeating: [], count: call.results.count)
        for (index, position) in call.results[0].shape.positions.enumerated() {
            let row = epilogue.expression.evaluate(epilogue.constants) { input in
                guard input > 0 else { return scalar(own[index], call.inputs[0].dtype) }
                let operand = first + input - 1
                let element = call.values[operand][epilogue.views[input - 1].index(position)]
                return scalar(element, call.inputs[operand].dtype)
            }
            for (result, value) in row.enumerated() { columns[result].append(value.double) }
        }
        return columns
    }
}
