import Glibc

/// A colour of the screen, each part from 0 to 1.
struct Color: Sendable, Hashable {
    var red, green, blue: Double

    init(red: Double, green: Double, blue: Double) {
        (self.red, self.green, self.blue) = (red, green, blue)
    }

    /// A colour as web pages write it: `0x0072B2`.
    init(_ hex: UInt32) {
        func part(_ shift: UInt32) -> Double { Double((hex >> shift) & 0xFF) / 255 }
        self.init(red: part(16), green: part(8), blue: part(0))
    }

    static let white = Color(0xFFFFFF)
    static let black = Color(0x000000)
    /// Of text and axes.
    static let ink = Color(0x222222)
    /// Of what explains: tick labels, captions.
    static let soft = Color(0x555555)
    /// Of grid lines and frames.
    static let faint = Color(0xDDDDDD)
    /// Of an area without content.
    static let empty = Color(0xF2F2F2)

    /// How bright the eye finds it, from 0 to 1: WCAG's relative luminance.
    var luminance: Double {
        func linear(_ part: Double) -> Double { part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4) }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    /// WCAG's contrast of two colours, from 1, none, to 21.
    func contrast(with other: Color) -> Double {
        let (low, high) = (min(luminance, other.luminance), max(luminance, other.luminance))
        return (high + 0.05) / (low + 0.05)
    }

    /// Black or white, whichever is easier to read on this colour: a contrast of 4.5 at least.
    var readable: Color { contrast(with: .white) >= contrast(with: .black) ? .white : .black }

    /// This colour at 0, the other at 1.
    func mixed(with other: Color, _ share: Double) -> Color {
        func mix(_ a: Double, _ b: Double) -> Double { a + (b - a) * share }
        return Color(red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue))
    }

    /// The three parts from 0 to 255.
    var bytes: [UInt8] { [red, green, blue].map { UInt8((min(max($0, 0), 1) * 255).rounded()) } }
}
