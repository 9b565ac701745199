extension Ops {
    /// Elementwise work over one iteration space in one kernel, made by the fusion pass.
    ///
    /// For each position of `domain`, operand `i` is read through `views[i]` and `body` computes one value per
    /// body result. Without reduced axes each value is stored at its position. With them, the last `reducedAxes` axes
    /// of the domain are folded by `reductions` (one kind per body result), and the folded values go through
    /// `epilogue`, where `load(r)` is folded value `r` and `load(reductions.count + j)` is operand `views.count + j`, read
    /// through `epilogueViews[j]` over the kept axes; its results are stored. Without an epilogue the folded
    /// values are stored themselves. With a `closing` they go back to the elements that were folded: rows are normalized
    /// in the kernel that reads them. An operand may be the very buffer that a result goes to; it is then
    /// read at the same position only.
    package struct Fused: Op {
        /// Elementwise work over the whole domain once it is folded.
        ///
        /// `load(r)` is kept value `r`, what the epilogue made or else folded value `r`, at each position that was folded
        /// into it; `load(n + j)`, with `n` kept values, is operand `j` of those that come after the epilogue's, read
        /// through `views[j]` over the domain. The results come after the kept values that are stored.
        package struct Closing: Sendable, Hashable {
            package var expression: Expression
            package var views: [View]
            /// How many kept values are results of the op too: the first ones.
            package var storedValues: Int

            package init(expression: Expression, views: [View], storedValues: Int = 0) {
                self.expression = expression
                self.views = views
                self.storedValues = storedValues
            }
        }

        package var domain: Shape
        package var reducedAxes: Int
        package var views: [View]
        /// The numbers that `constant(i)` in both expressions stands for.
        package var constants: [Double]
        package var body: Expression
        package var reductions: [Reduce.Kind]
        package var epilogue: Expression?
        package var epilogueViews: [View]
        package var closing: Closing?

        package init(
            domain: Shape, reducedAxes: Int = 0, views: [View], constants: [Double] = [], body: Expression,
            reductions: [Reduce.Kind] = [], epilogue: Expression? = nil, epilogueViews: [View] = [],
            closing: Closing? = nil
        ) {
            self.domain = domain
            self.reducedAxes = reducedAxes
            self.views = views
            self.constants = constants
            self.body = body
            self.reductions = reductions
            self.epilogue = epilogue
            self.epilogueViews = epilogueViews
            self.closing = closing
        }

        /// The axes that stay.
        package var kept: Shape { Shape(Array(domain.extents.dropLast(reducedAxes))) }
        /// The axes that are folded.
        package var reduced: Shape { Shape(Array(domain.extents.suffix(reducedAxes))) }
        package var isReduction: Bool { !reductions.isEmpty }

        /// How each operand is read, in order.
        package var operandViews: [View] { views + epilogueViews + (closing?.views ?? []) }
        /// Which operands the epilogue reads, over the axes that stay; the others are read over the domain.
        package var epilogueOperands: Range<Int> { views.count..<views.count + epilogueViews.count }

        /// The type of each value over the axes that stay: the results where there is no closing.
        package var keptTypes: [TensorType] {
            let dtypes: [DType]
            if let epilogue {
                dtypes = epilogue.dtypes
            } else if isReduction {
                dtypes = zip(body.dtypes, reductions).map { $1.isPosition ? .int32 : $0 }
            } else {
                dtypes = body.dtypes
            }
            return dtypes.map { TensorType(kept, $0) }
        }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            guard inputs.count == operandViews.count, reductions.isEmpty || reductions.count == body.results.count
            else {
                throw shapeError("\(inputs.count) operands", expected: "\(operandViews.count)")
            }
            guard let closing else { return keptTypes }
            return keptTypes.prefix(closing.storedValues)
                + closing.expression.dtypes.map { TensorType(domain, $0) }
        }

        /// The work as two ops, where it has a closing: one that stores every kept value, and one over the domain that reads
        /// those first.
        package var halves: (fold: Fused, map: Fused)? {
            guard let closing else { return nil }
            var fold = self
            fold.closing = nil
            let value = View(strides: kept.strides + reduced.extents.map { _ in 0 })
            let map = Fused(
                domain: domain, views: keptTypes.map { _ in value } + closing.views, constants: constants,
                body: closing.expression)
            return (fold, map)
        }
    }

    /// Several independent `Fused` maps with one and the same body over spaces of different sizes, in one
    /// launch: the update of all parameters. Operands and results stand part after part.
    package struct HorizontalFused: Op {
        package var parts: [Fused]

        package init(parts: [Fused]) { self.parts = parts }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            var types: [TensorType] = []
            var start = 0
            for part in parts {
                types += try part.resultTypes(Array(inputs[start..<start + part.views.count]))
                start += part.views.count
            }
            return types
        }
    }
}
