extension Tensor {
    /// The running sum along an axis, the element itself included: yᵢ = Σ xⱼ over j ≤ i.
    ///
    /// Without an axis, of all elements in row-major order. `bool` and `uint8` add up as `int32`.
    ///
    ///     try Tensor([1, 2, 3] as [Float]).cumsum().scalars(as: Float.self)       // [1, 3, 6]
    public func cumsum(axis: Int? = nil) -> Tensor { widened.scanned(axis, from: 0) { $0 + $1 } }

    /// The running product along an axis, the element itself included: yᵢ = Π xⱼ over j ≤ i.
    ///
    /// Without an axis, of all elements in row-major order. The gradient is right where an element is zero, too.
    public func cumprod(axis: Int? = nil) -> Tensor { widened.scanned(axis, from: 1) { $0 * $1 } }

    /// Each element combined with all before it, by doubling: log₂ n elementwise steps (Hillis and Steele, 1986).
    private func scanned(
        _ axis: Int?, from identity: Double, _ place: String = #function, _ combine: (Tensor, Tensor) -> Tensor
    ) -> Tensor {
        guard let axis = axis.map({ checkedAxis($0, place) }) else {
            return reshaped(-1).scanned(0, from: identity, place, combine)
        }
        var (result, distance) = (self, 1)
        while distance < shape[axis] {
            result = combine(result, result.delayed(by: distance, axis: axis, value: identity))
            distance *= 2
        }
        return result
    }

    /// The elements `distance` places further along an axis, with `value` in the places before them.
    func delayed(by distance: Int, axis: Int, value: Double) -> Tensor {
        var low = [Int](repeating: 0, count: rank)
        low[axis] = distance
        return narrowed(axis: axis, start: 0, count: shape[axis] - distance)
            .padded(low: low, high: low.map { _ in 0 }, value: value)
    }
}
