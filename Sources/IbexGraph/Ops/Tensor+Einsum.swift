extension Tensor {
    /// Products of elements added up, as an equation names the axes (Einstein's convention).
    ///
    /// Each operand has a term, a letter for each axis; letters that the result does not have are added up. A letter
    /// twice in a term takes the diagonal; `...` stands for axes that broadcast. Without an arrow, the result has the
    /// letters that occur once, in alphabetical order. Two operands make one matrix product; of several, those go first
    /// whose product costs least.
    ///
    ///     Tensor.einsum("abc,cd->abd", x, kernel)
    ///     Tensor.einsum("bhqd,bhkd->bhqk", queries, keys)
    ///
    /// - Precondition: the equation fits the operands; the trap's message says where it does not.
    public static func einsum(_ equation: String, _ operands: Tensor...) -> Tensor { einsum(equation, operands) }

    /// As above, for operands in an array.
    public static func einsum(_ equation: String, _ operands: [Tensor]) -> Tensor {
        let axes = trapping { () throws(IbexError) in try EinsumEquation(equation, operands.map(\.shape)) }
        let dtype = operands.dropFirst().reduce(operands[0].dtype) { $0.promoted(with: $1.dtype) }
        var terms = zip(operands, axes.operands).map {
            NamedAxes(tensor: $0.cast(to: dtype), labels: $1).withDiagonals()
        }
        let longest = longestExtents(terms)
        terms = terms.map { term in term.squeezed { longest[$0, default: 1] > 1 } }
        for number in terms.indices {
            terms[number] = terms[number].summed(keeping: needed(axes.result, beside: [number], of: terms))
        }
        while terms.count > 1 {
            let (first, second) = cheapestPair(terms, longest)
            let kept = needed(axes.result, beside: [first, second], of: terms)
            let product = contracted(terms[first], terms[second], keeping: kept, order: axes.result)
            terms.remove(at: second)
            terms[first] = product
        }
        return terms[0].ordered(axes.result)
    }

    /// The sum of products over axes of both tensors: the rest of the first's axes, then the rest of the second's.
    ///
    ///     x.tensordot(y, axes: ([1, 2], [1, 0]))      // Σ x[i, j, k] y[k, j, l]
    ///
    /// - Precondition: as many axes of either, of equal extents.
    public func tensordot(_ other: Tensor, axes: ([Int], [Int])) -> Tensor {
        let (first, second) = (axes.0.map { checkedAxis($0) }, axes.1.map { other.checkedAxis($0) })
        precondition(
            first.map { shape[$0] } == second.map { other.shape[$0] },
            "tensordot: found axes \(axes.0) of \(shape) and \(axes.1) of \(other.shape); expected equal extents")
        let dtype = dtype.promoted(with: other.dtype)
        let right = (0..<other.rank).map { axis in second.firstIndex(of: axis).map { first[$0] } ?? rank + axis }
        let a = NamedAxes(tensor: cast(to: dtype), labels: Array(0..<rank))
        let b = NamedAxes(tensor: other.cast(to: dtype), labels: right)
        return a.contracted(with: b, keeping: Set(a.labels + right).subtracting(first)).tensor
    }

    /// The sum of products over the first tensor's last `axes` axes and the second's first.
    public func tensordot(_ other: Tensor, axes: Int = 2) -> Tensor {
        tensordot(other, axes: (Array(Swift.max(rank - axes, 0)..<rank), Array(0..<axes)))
    }

    /// The inner product of vectors, the matrix product of matrices; of others, the sum over the first's last axis and
    /// the second's last but one, as NumPy has it. A scalar multiplies.
    public func dot(_ other: Tensor) -> Tensor {
        guard rank > 0, other.rank > 0 else { return self * other }
        return tensordot(other, axes: ([-1], [other.rank == 1 ? -1 : -2]))
    }

    /// The products of every element of one with every element of the other: [a], [b] give [a, b].
    public func outer(_ other: Tensor) -> Tensor { reshaped(-1, 1) * other.reshaped(1, -1) }
}

private typealias Axes = NamedAxes<EinsumEquation.Label>

/// The axes that the result has, or an operand beside those named.
private func needed(
    _ result: [EinsumEquation.Label], beside: Set<Int>, of terms: [Axes]
) -> Set<EinsumEquation.Label> {
    terms.indices.filter { !beside.contains($0) }.reduce(into: Set(result)) { $0.formUnion(terms[$1].labels) }
}

private func longestExtents(_ terms: [Axes]) -> [EinsumEquation.Label: Int] {
    var longest: [EinsumEquation.Label: Int] = [:]
    for term in terms {
        for (label, extent) in zip(term.labels, term.tensor.shape.extents) where longest[label, default: 1] <= 1 {
            longest[label] = extent
        }
    }
    return longest
}

/// The two operands whose product takes the fewest multiplications.
private func cheapestPair(_ terms: [Axes], _ extents: [EinsumEquation.Label: Int]) -> (Int, Int) {
    let pairs = terms.indices.flatMap { first in terms.indices.dropFirst(first + 1).map { (first, $0) } }
    func cost(_ pair: (Int, Int)) -> Double {
        Set(terms[pair.0].labels + terms[pair.1].labels).reduce(1) { $0 * Double(extents[$1, default: 1]) }
    }
    return pairs.min { cost($0) < cost($1) } ?? (0, 1)
}

/// The product with the operands the way round that puts the result's axes in order.
private func contracted(
    _ a: Axes, _ b: Axes, keeping kept: Set<EinsumEquation.Label>, order: [EinsumEquation.Label]
) -> Axes {
    func place(_ one: Axes, _ other: Axes) -> Int {
        let own = one.labels.first { !other.labels.contains($0) }
        return own.flatMap { order.firstIndex(of: $0) } ?? order.count
    }
    return place(b, a) < place(a, b) ? b.contracted(with: a, keeping: kept) : a.contracted(with: b, keeping: kept)
}
