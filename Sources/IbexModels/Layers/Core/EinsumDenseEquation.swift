import IbexGraph

/// The equation of an `EinsumDense` for one input: a label for each axis of input, kernel and result.
///
/// `ab,bc->ac`, `...ab,bc->...ac` or `ab...,bc->ac...`: the dots stand for axes that the result has as the input does.
struct EinsumDenseEquation {
    let input: [Character]
    let kernel: [Character]
    let output: [Character]
    let extents: [Character: Int]
    /// The result's letters without the dots' axes, and how many of the latter come after them.
    private let named: [Character]
    private let trailing: Int

    /// - Parameter outputShape: the result's extents without the batch and the dots' axes; `nil` follows the input.
    init(_ text: String, outputShape: [Int?], input shape: Shape, of layer: Layer) throws(IbexError) {
        func misfit(_ expected: String) -> IbexError {
            layer.argumentError("equation \"\(text)\" for an input of shape \(shape)", expected: expected)
        }
        let sides = text.filter { $0 != " " }.split(separator: "->", omittingEmptySubsequences: false).map(String.init)
        let operands = sides.first?.split(separator: ",").map(String.init) ?? []
        guard sides.count == 2, operands.count == 2 else { throw misfit("an equation such as \"abc,cd->abd\"") }
        let letters = [operands[0], operands[1], sides[1]].map { $0.filter { $0 != "." } }
        let isLeft = operands[0].hasPrefix("...") && sides[1].hasPrefix("...")
        let isRight = operands[0].hasSuffix("...") && sides[1].hasSuffix("...")
        let dots = isLeft || isRight ? "..." : ""
        let spelled = (0..<3).map { $0 == 1 ? letters[1] : isLeft ? dots + letters[$0] : letters[$0] + dots }
        guard spelled == [operands[0], operands[1], sides[1]],
            letters.allSatisfy({ $0.allSatisfy(\.isLetter) && Set($0).count == $0.count })
        else { throw misfit("letters, each once in a term, and dots on one side of input and result") }

        let count = shape.rank - letters[0].count
        guard dots.isEmpty ? count == 0 : ((isLeft ? 1 : 0)...10).contains(count) else {
            throw misfit("a letter for each axis of the input, and dots for ten at most")
        }
        let elided = (0..<count).map { Character("\($0)") }
        func labels(_ letters: String) -> [Character] { isLeft ? elided + letters : Array(letters) + elided }
        let (input, kernel, output) = (labels(letters[0]), Array(letters[1]), labels(letters[2]))
        let named = Array(letters[2])
        trailing = isRight ? count : 0

        var extents = Dictionary(uniqueKeysWithValues: zip(input, shape.extents))
        let given = isLeft ? outputShape : [shape.extents.first] + outputShape
        guard given.count == named.count else {
            throw misfit("as many letters in the result as the output shape \(outputShape.map { $0 ?? -1 }) has axes")
        }
        for (label, extent) in zip(named, given) {
            guard let extent = extent ?? extents[label], extent >= 0, extents[label, default: extent] == extent else {
                throw misfit("the output shape to say how long axis \(label) is, as the input has it")
            }
            extents[label] = extent
        }
        guard kernel.allSatisfy({ extents[$0] != nil }),
            output.allSatisfy({ input.contains($0) || kernel.contains($0) }),
            input.allSatisfy({ output.contains($0) || kernel.contains($0) })
        else { throw misfit("each letter in two of the three terms") }
        (self.input, self.kernel, self.output, self.named, self.extents) = (input, kernel, output, named, extents)
    }

    func shape(of labels: [Character]) -> Shape { Shape(labels.map { extents[$0] ?? 1 }) }

    /// The bias's shape: from the first of its axes on, the others of extent 1.
    func biasShape(_ axes: String, of layer: Layer) throws(IbexError) -> Shape {
        let places = axes.map { named.firstIndex(of: $0) }
        guard let first = places.compactMap(\.self).min(), !places.contains(nil) else {
            throw layer.argumentError("bias axes \"\(axes)\"", expected: "letters of the result \"\(String(named))\"")
        }
        let own = named[first...].map { axes.contains($0) ? extents[$0] ?? 1 : 1 }
        return Shape(own + Array(repeating: 1, count: trailing))
    }
}
