import Foundation

/// Names inside a drawing: cairo counts those of surfaces and images on through the life of a program.
enum SVGNumbers {
    /// The drawing with its `image17` and so on counted from 1, so that the same picture has the same bytes.
    static func renumbered(_ svg: Data) -> Data {
        var numbers: [Substring: Int] = [:]
        let text = String(decoding: svg, as: UTF8.self).replacing(/(["#])((?:surface|image)[0-9]+)/) { match in
            let number = numbers[match.2] ?? numbers.count + 1
            numbers[match.2] = number
            return "\(match.1)\(match.2.prefix(while: \.isLetter))\(number)"
        }
        return Data(text.utf8)
    }
}
