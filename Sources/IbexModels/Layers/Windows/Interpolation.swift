import Foundation

/// How numbers between the cells of an image are made up.
///
/// Cells have their centres at halves: cell o of an image scaled by s stands at (o + ½) / s. All but `nearest` weigh
/// the cells i around that place by k(i + ½ - place), and the weights of the cells that there are add up to 1.
public enum Interpolation: String, Sendable, Hashable, CaseIterable {
    /// The cell itself, repeated.
    case nearest
    /// k(d) = 1 - |d|, for |d| < 1.
    case bilinear
    /// Keys's cubic with a = -½, for |d| < 2 (Keys, 1981).
    case bicubic
    /// k(d) = sinc(d) sinc(d / 3), for |d| < 3 (Duchon, 1979).
    case lanczos3
    /// k(d) = sinc(d) sinc(d / 5), for |d| < 5.
    case lanczos5
}

extension Interpolation {
    /// k, which weighs a cell at a distance; `nil` where only the nearest cell counts.
    private var kernel: ((_ distance: Double) -> Double)? {
        func sinc(_ x: Double) -> Double { x == 0 ? 1 : sin(.pi * x) / (.pi * x) }
        func lanczos(_ radius: Double) -> (Double) -> Double { { $0 < radius ? sinc($0) * sinc($0 / radius) : 0 } }
        switch self {
        case .nearest: return nil
        case .bilinear: return { max(1 - $0, 0) }
        case .bicubic:
            return { d in
                d < 1 ? (1.5 * d - 2.5) * d * d + 1 : d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0
            }
        case .lanczos3: return lanczos(3)
        case .lanczos5: return lanczos(5)
        }
    }

    /// For each of `count` cells the shares of the `n` cells that it is made from.
    func shares(from n: Int, to count: Int) -> [[Double]] {
        (0..<count).map { cell in
            let place = (Double(cell) + 0.5) * Double(n) / Double(count)
            // Between two cells at equal distance the later one is nearest.
            guard let kernel else { return (0..<n).map { $0 == min(Int(place), n - 1) ? 1 : 0 } }
            let weights = (0..<n).map { kernel(abs(Double($0) + 0.5 - place)) }
            let total = weights.reduce(0, +)
            return weights.map { $0 / total }
        }
    }
}
