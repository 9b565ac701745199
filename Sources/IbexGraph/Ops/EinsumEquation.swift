/// The axes that an einsum's equation names: those of each operand and those of the result.
package struct EinsumEquation: Hashable, Sendable {
    /// What an axis is called: a letter, or its place from the last among those that an ellipsis stands for.
    package enum Label: Hashable, Sendable {
        case letter(Character)
        case ellipsis(Int)
    }

    package let operands: [[Label]]
    package let result: [Label]

    /// Reads an equation for operands of these shapes.
    ///
    /// Without an arrow, the result has the ellipsis's axes and the letters that occur once, in alphabetical order.
    ///
    /// - Throws: `IbexError` of kind `shape` that says what is wrong with the equation, or does not fit the shapes.
    package init(_ text: String, _ shapes: [Shape]) throws(IbexError) {
        func fail(_ found: String, expected: String) -> IbexError {
            IbexError(.shape, at: "einsum \"\(text)\"", found: found, expected: expected)
        }
        func labels(_ term: Substring, rank: Int?) throws(IbexError) -> [Label] {
            var letters: [Character] = []
            var dots: Int?
            var rest = term
            while let next = rest.first {
                if rest.hasPrefix("...") && dots == nil {
                    dots = letters.count
                    rest = rest.dropFirst(3)
                } else if next.isLetter {
                    letters.append(next)
                    rest = rest.dropFirst()
                } else {
                    throw fail("\"\(next)\" in \"\(term)\"", expected: "letters and one ellipsis in each term")
                }
            }
            let named = letters.map { Label.letter($0) }
            guard let rank else { return named.inserting(widest, at: dots) }
            guard dots == nil ? letters.count == rank : letters.count <= rank else {
                throw fail("\"\(term)\" for an operand with \(rank) axes", expected: "a letter for each axis")
            }
            return named.inserting(rank - letters.count, at: dots)
        }

        let sides = text.filter { !$0.isWhitespace }.split(separator: "->", omittingEmptySubsequences: false)
        let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false)
        guard sides.count <= 2 else { throw fail("\(sides.count - 1) arrows", expected: "one at most") }
        guard terms.count == shapes.count else {
            throw fail("\(shapes.count) operands", expected: "\(terms.count), one for each term")
        }
        var widest = 0
        var operands: [[Label]] = []
        for (term, shape) in zip(terms, shapes) {
            operands.append(try labels(term, rank: shape.rank))
            widest = max(widest, operands[operands.count - 1].count { $0.isEllipsis })
        }
        let all = operands.flatMap { $0 }
        if sides.count == 2 {
            result = try labels(sides[1], rank: nil)
        } else {
            let once = Dictionary(grouping: all) { $0 }.filter { $1.count == 1 && !$0.isEllipsis }.keys
            let letters = once.sorted { "\($0)" < "\($1)" }
            result = letters.inserting(widest, at: 0)
        }
        guard Set(result).count == result.count, Set(result).isSubset(of: all) else {
            throw fail("the result \"\(sides[1])\"", expected: "letters that the operands have, each once")
        }
        self.operands = operands
        for (label, extents) in Self.extents(operands, shapes) where extents.subtracting([1]).count > 1 {
            throw fail("extents \(extents.sorted()) of axis \(label)", expected: "one extent, or 1")
        }
    }

    /// The extents that each axis has among the operands.
    private static func extents(_ operands: [[Label]], _ shapes: [Shape]) -> [Label: Set<Int>] {
        var extents: [Label: Set<Int>] = [:]
        for (labels, shape) in zip(operands, shapes) {
            for (label, extent) in zip(labels, shape.extents) { extents[label, default: []].insert(extent) }
        }
        return extents
    }
}

extension EinsumEquation.Label: CustomStringConvertible {
    package var description: String {
        switch self {
        case .letter(let letter): String(letter)
        case .ellipsis(let place): "-\(place) of the ellipsis"
        }
    }

    fileprivate var isEllipsis: Bool { if case .ellipsis = self { true } else { false } }
}

extension [EinsumEquation.Label] {
    /// With the labels of `count` axes that an ellipsis at `place` stands for; as it is where there is none.
    fileprivate func inserting(_ count: Int, at place: Int?) -> Self {
        guard let place else { return self }
        return self[..<place] + (0..<count).reversed().map { .ellipsis($0 + 1) } + self[place...]
    }
}
