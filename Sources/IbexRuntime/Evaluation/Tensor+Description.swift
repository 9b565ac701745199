import IbexGraph

extension Tensor: CustomStringConvertible {
    /// The numbers as NumPy prints them, long axes shortened, with shape and type where they do not show. Where they
    /// cannot be computed, the error's text; it never traps.
    public var description: String {
        do {
            let values = try doubles()
            return TensorPrinter(values: values, shape: shape, dtype: dtype).text
        } catch {
            return "Tensor(\(type), \(error))"
        }
    }
}

/// Lays numbers out in brackets, with columns of one width.
struct TensorPrinter {
    let values: [Double]
    let shape: Shape
    let dtype: DType

    /// Axes are shortened to this many elements at each end once a tensor has more than `threshold`.
    private static let edge = 3
    private static let threshold = 1000

    var text: String {
        guard !values.isEmpty else { return "[] (\(TensorType(shape, dtype)))" }
        let shown = indices(axis: 0, base: 0)
        let cells = formatted(shown.map { values[$0] })
        let width = cells.map(\.count).max() ?? 0
        var next = cells.map { String(repeating: " ", count: width - $0.count) + $0 }.makeIterator()
        return brackets(axis: 0, &next)
    }

    private func visible(_ extent: Int) -> [Int?] {
        guard values.count > Self.threshold, extent > 2 * Self.edge else { return (0..<extent).map { $0 } }
        return (0..<Self.edge).map { $0 } + [nil] + (extent - Self.edge..<extent).map { $0 }
    }

    private func indices(axis: Int, base: Int) -> [Int] {
        guard axis < shape.rank else { return [base] }
        let stride = shape.strides[axis]
        return visible(shape[axis]).compactMap { $0 }.flatMap { indices(axis: axis + 1, base: base + $0 * stride) }
    }

    private func brackets(axis: Int, _ cells: inout IndexingIterator<[String]>) -> String {
        guard axis < shape.rank else { return cells.next() ?? "" }
        var parts: [String] = []
        for position in visible(shape[axis]) {
            parts.append(position == nil ? "..." : brackets(axis: axis + 1, &cells))
        }
        let isInnermost = axis == shape.rank - 1
        let newlines = String(repeating: "\n", count: max(shape.rank - axis - 1, 1))
        let separator = isInnermost ? " " : newlines + String(repeating: " ", count: axis + 1)
        return "[" + parts.joined(separator: separator) + "]"
    }

    private func formatted(_ numbers: [Double]) -> [String] {
        if dtype == .bool { return numbers.map { $0 != 0 ? "True" : "False" } }
        if !dtype.isFloatingPoint { return numbers.map { String(Int64($0)) } }
        let finite = numbers.filter(\.isFinite).map(Swift.abs)
        let (largest, smallest) = (finite.max() ?? 0, finite.filter { $0 > 0 }.min() ?? 1)
        let isWide = largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1e3 && largest > 1e6
        let digits = isWide ? 0 : numbers.map(decimals).max() ?? 0
        return numbers.map { number in
            guard number.isFinite else { return number.isNaN ? "nan" : number < 0 ? "-inf" : "inf" }
            return isWide ? scientific(number) : fixed(number, digits: digits)
        }
    }

    /// How many of at most eight decimals a number needs.
    private func decimals(_ number: Double) -> Int {
        guard number.isFinite else { return 0 }
        let shortest = dtype == .float64 ? "\(Swift.abs(number))" : "\(Swift.abs(Float(number)))"
        guard let point = shortest.firstIndex(of: "."), !shortest.contains("e") else { return 8 }
        let fraction = shortest[shortest.index(after: point)...]
        return fraction == "0" ? 0 : Swift.min(fraction.count, 8)
    }

    private func fixed(_ number: Double, digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = (Swift.abs(number) * scale).rounded(.toNearestOrEven)
        let text = String(Int64(scaled))
        let padded = String(repeating: "0", count: Swift.max(digits + 1 - text.count, 0)) + text
        let sign = number < 0 ? "-" : ""
        let whole = padded.dropLast(digits)
        return "\(sign)\(whole).\(padded.suffix(digits))"
    }

    private func scientific(_ number: Double) -> String {
        guard number != 0 else { return "0.0000e+00" }
        var mantissa = Swift.abs(number)
        var exponent = 0
        while mantissa >= 9.99995 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        while mantissa < 0.999995 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
        let digits = String(Swift.abs(exponent))
        let sign = exponent < 0 ? "-" : "+"
        return "\(number < 0 ? "-" : "")\(fixed(mantissa, digits: 4))e\(sign)\(digits.count < 2 ? "0" + digits : digits)"
    }
}
