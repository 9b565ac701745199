/// How far a result may lie from what is wanted. The bounds add up:
/// `|got - want| <= absolute + relative * |want| + ofPeak * max(peak(want), 0.05 * casePeak)`.
///
/// `casePeak` is the largest peak among the outputs and gradients of one case; it keeps a
/// gradient that is zero but for rounding from failing (`Tests/Oracle/README.md`, "Tolerances").
///
///     expectClose(got, want, .ofPeak(1e-5))
public struct Tolerance: Sendable, Hashable {
    public var absolute: Double
    public var relative: Double
    public var ofPeak: Double
    public var casePeak: Double

    public init(absolute: Double = 0, relative: Double = 0, ofPeak: Double = 0, casePeak: Double = 0) {
        self.absolute = absolute
        self.relative = relative
        self.ofPeak = ofPeak
        self.casePeak = casePeak
    }

    /// Equal numbers only; zeros of either sign are equal.
    public static let exact = Tolerance()

    public static func absolute(_ bound: Double) -> Tolerance { Tolerance(absolute: bound) }

    public static func relative(_ bound: Double) -> Tolerance { Tolerance(relative: bound) }

    public static func ofPeak(_ bound: Double, casePeak: Double = 0) -> Tolerance {
        Tolerance(ofPeak: bound, casePeak: casePeak)
    }

    /// The bound for one element of a tensor whose largest magnitude is `peak`.
    public func bound(want: Double, peak: Double) -> Double {
        absolute + relative * abs(want) + ofPeak * max(peak, 0.05 * casePeak)
    }
}
