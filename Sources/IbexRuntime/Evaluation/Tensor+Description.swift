import Foundation
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
        if !dtype.isFloatingPoint { return numbers.map { String(Int64(converting: $0)) } }
        if shape.rank == 0 { return numbers.map { dtype == .float64 ? "\($0)" : "\(Float($0))" } }
        // NumPy's rule: exponents once the numbers span more than three orders, or leave 1e-4 to 1e8.
        let sizes = numbers.filter { $0.isFinite && $0 != 0 }.map(Swift.abs)
        let (largest, smallest) = (sizes.max() ?? 1, sizes.min() ?? 1)
        let isWide = largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1000
        let digits = numbers.filter(\.isFinite).map { isWide ? significant($0).count - 1 : decimals($0) }.max() ?? 0
        return numbers.map { number in
            guard number.isFinite else { return number.isNaN ? "nan" : number < 0 ? "-inf" : "inf" }
            return isWide
                ? scientific(number, digits: Swift.min(digits, 8)) : padded(number, digits: Swift.min(digits, 8))
        }
    }

    /// The digits of the shortest decimal that stands for the number.
    private func significant(_ number: Double) -> String {
        let shortest = dtype == .float64 ? "\(Swift.abs(number))" : "\(Swift.abs(Float(number)))"
        let mantissa = shortest.prefix { $0 != "e" }.filter { $0 != "." }.drop { $0 == "0" }
        let trimmed = String(mantissa.reversed().drop { $0 == "0" }.reversed())
        return trimmed.isEmpty ? "0" : trimmed
    }

    /// How many decimals the shortest decimal has.
    private func decimals(_ number: Double) -> Int {
        guard number != 0 else { return 0 }
        let before = Int(log10(Swift.abs(number)).rounded(.down)) + 1
        return Swift.max(significant(number).count - before, 0)
    }

    private func fixed(_ number: Double, digits: Int) -> String { String(format: "%.\(digits)f", number) }

    /// As many decimals as the number needs, blanks up to `digits` of them.
    private func padded(_ number: Double, digits: Int) -> String {
        let own = Swift.min(decimals(number), digits)
        let text = own == 0 ? fixed(number, digits: 0) + "." : fixed(number, digits: own)
        return text + String(repeating: " ", count: digits - own)
    }

    private func scientific(_ number: Double, digits: Int) -> String {
        let text = String(format: "%.\(digits)e", number)
        return digits == 0 ? text.replacingOccurrences(of: "e", with: ".e") : text
    }
}
