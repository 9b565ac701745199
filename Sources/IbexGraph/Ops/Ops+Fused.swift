extension Ops {
    /// Elementwise work over one iteration space in one kernel, made by the fusion pass.
    ///
    /// For each position of `domain`, operand `i` is read through `views[i]` and `body` computes one value per
    /// body result. Without reduced axes each value is stored at its position. With them, the last `reducedAxes` axes
    /// of the domain are folded by `reductions` (one kind per body result), and the folded values go through
    /// `epilogue`, where `load(r)` is folded value `r` and `load(reductions.count + j)` is operand `views.count + j`, read
    /// through `epilogueViews[j]` over the kept axes; its results are stored. Without an epilogue the folded
    /// values are stored themselves. An operand may be the very buffer that a result goes to; it is then
    /// read at the same position only.
    package struct Fused: Op {
        package var domain: Shape
        package var reducedAxes: Int
        package var views: [View]
        /// The numbers that `constant(i)` in both expressions stands for.
        package var constants: [Double]
        package var body: Expression
        package var reductions: [Reduce.Kind]
        package var epilogue: Expression?
        package var epilogueViews: [View]

        package init(
            domain: Shape, reducedAxes: Int = 0, views: [View], constants: [Double] = [], body: Expression,
            reductions: [Reduce.Kind] = [], epilogue: Expression? = nil, epilogueViews: [View] = []
        ) {
            self.domain = domain
            self.reducedAxes = reducedAxes
            self.views = views
            self.constants = constants
            self.body = body
            self.reductions = reductions
            self.epilogue = epilogue
            self.epilogueViews = epilogueViews
        }

        /// The axes that stay.
        package var kept: Shape { Shape(Array(domain.extents.dropLast(reducedAxes))) }
        /// The axes that are folded.
        package var reduced: Shape { Shape(Array(domain.extents.suffix(reducedAxes))) }
        package var isReduction: Bool { !reductions.isEmpty }

        /// The element type of each result.
        package var resultDTypes: [DType] {
            if let epilogue { return epilogue.results.map { epilogue.instructions[$0].dtype } }
            let values = body.results.map { body.instructions[$0].dtype }
            guard isReduction else { return values }
            return zip(values, reductions).map { $1.isPosition ? .int32 : $0 }
        }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            guard inputs.count == views.count + epilogueViews.count,
                reductions.isEmpty || reductions.count == body.results.count
            else {
                throw shapeError("\(inputs.count) operands", expected: "\(views.count + epilogueViews.count)")
            }
            return resultDTypes.map { TensorType(kept, $0) }
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
