import Glibc

/// How the values of an axis are laid out along it.
public enum AxisScale: Sendable, Hashable {
    case linear
    /// Equal ratios are equally far apart; for values above 0.
    case logarithmic
    /// Logarithmic where all values are above 0 and the largest is a thousand times the smallest, linear elsewhere.
    case automatic
}

/// The range of values that an axis shows, and where each lies on it, from 0 to 1.
struct Scale: Sendable, Hashable {
    enum Kind: Sendable { case linear, logarithmic, squareRoot }

    let kind: Kind
    let low, high: Double

    /// Magnitudes above this are taken for infinite: differences of them would be.
    static let largest = 1e300

    static func isShown(_ value: Double) -> Bool { abs(value) <= largest }

    init(_ kind: Kind, _ low: Double, _ high: Double) { (self.kind, self.low, self.high) = (kind, low, high) }

    /// A range with a little room around values of any kind; what is no finite number counts for nothing.
    init(covering values: [Double], _ scale: AxisScale) {
        let shown = values.filter(Self.isShown)
        let (low, high) = (shown.min() ?? 0, shown.max() ?? 1)
        let isLogarithmic =
            switch scale {
            case .linear: false
            case .logarithmic: low > 0
            case .automatic: low > 1e-300 && high / low >= 1000
            }
        if isLogarithmic {
            let room = high > low * 1.001 ? pow(high / low, 0.04) : 2
            self.init(.logarithmic, low / room, high * room)
        } else if high - low > 1e-9 * max(abs(low), abs(high)), high - low > 1e-290 {
            let room = 0.04 * (high - low)
            self.init(.linear, low >= 0 ? max(low - room, 0) : low - room, high + room)
        } else {
            // One value: in the middle of a range that has ticks of its size.
            let room = abs(low) > 1e-280 ? 0.1 * abs(low) : 1
            self.init(.linear, low - room, low + room)
        }
    }

    func position(_ value: Double) -> Double {
        switch kind {
        case .linear: (value - low) / (high - low)
        case .logarithmic: log(value / low) / log(high / low)
        case .squareRoot: sqrt(max(value - low, 0) / (high - low))
        }
    }
}
