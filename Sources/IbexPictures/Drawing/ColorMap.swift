import Glibc

/// The colours that stand for numbers, from the lowest to the highest. Lightness changes evenly in all of them but
/// `diverging`, so that they keep their order in grey print and for colour-blind eyes.
public struct ColorMap: Sendable, Hashable {
    /// Lightness from 0 to 1, then the two axes of OKLab: from green to red, from blue to yellow.
    private let stops: [[Double]]

    private init(_ stops: [[Double]]) { self.stops = stops }

    /// From black to white.
    public static let grey = ColorMap([[0, 0, 0], [1, 0, 0]])
    /// From white to dark blue, for counts and shares.
    public static let blues = ColorMap([[0.985, 0, 0], [0.62, -0.045, -0.115], [0.29, -0.012, -0.105]])
    /// From dark violet by blue and green to light yellow, for activations.
    public static let night = ColorMap([
        [0.20, 0.045, -0.095], [0.40, -0.005, -0.11], [0.58, -0.085, -0.035], [0.77, -0.105, 0.075],
        [0.96, -0.03, 0.14],
    ])
    /// From blue by white to orange, for numbers around 0.
    public static let diverging = ColorMap([
        [0.40, -0.02, -0.13], [0.72, -0.035, -0.075], [0.98, 0, 0], [0.76, 0.055, 0.10], [0.50, 0.10, 0.10],
    ])

    /// The colour of a number from 0 to 1; what lies outside has the colour of the nearer end.
    func color(_ share: Double) -> Color {
        let at = min(max(share.isNaN ? 0 : share, 0), 1) * Double(stops.count - 1)
        let index = min(Int(at), stops.count - 2)
        let rest = at - Double(index)
        let lab = zip(stops[index], stops[index + 1]).map { $0 + ($1 - $0) * rest }
        return Self.color(lightness: lab[0], greenRed: lab[1], blueYellow: lab[2])
    }

    /// OKLab to the colours of the screen. B. Ottosson, "A perceptual color space for image processing", 2020.
    private static func color(lightness: Double, greenRed a: Double, blueYellow b: Double) -> Color {
        let l = pow(lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b, 3)
        let m = pow(lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b, 3)
        let s = pow(lightness - 0.089_484_177_5 * a - 1.291_485_548 * b, 3)
        func part(_ linear: Double) -> Double {
            let held = min(max(linear, 0), 1)
            return held <= 0.003_130_8 ? 12.92 * held : 1.055 * pow(held, 1 / 2.4) - 0.055
        }
        return Color(
            red: part(4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s),
            green: part(-1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s),
            blue: part(-0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s))
    }
}
