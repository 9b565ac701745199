/// A picture in sixels: bands of six rows, colour by colour, equal columns counted.
///
/// Source: DEC VT330/VT340 Programmer Reference Manual, chapter 14.
struct Sixel {
    let text: String

    /// - Parameter image: red, green and blue.
    init(_ image: ImageBuffer) {
        let indices = (0..<image.width * image.height).map { Self.index(image.pixels[3 * $0..<3 * $0 + 3]) }
        var text = "\u{1B}P0;1;0q\"1;1;\(image.width);\(image.height)"
        for index in Set(indices).sorted() {
            // Shares of 100.
            let parts = [index / 36, index / 6 % 6, index % 6].map { String($0 * 20) }
            text += "#\(index);2;" + parts.joined(separator: ";")
        }
        for top in stride(from: 0, to: image.height, by: 6) {
            let rows = top..<min(top + 6, image.height)
            let colors = Set(indices[top * image.width..<rows.upperBound * image.width]).sorted()
            for (place, color) in colors.enumerated() {
                text += (place > 0 ? "$" : "") + "#\(color)"
                text += Self.counted(
                    (0..<image.width).map { x in
                        rows.reduce(0) { $0 | (indices[$1 * image.width + x] == color ? 1 << ($1 - top) : 0) }
                    })
            }
            text += "-"
        }
        self.text = text + "\u{1B}\\"
    }

    /// The nearest of 6 x 6 x 6 colours.
    private static func index(_ color: ArraySlice<UInt8>) -> Int {
        color.reduce(0) { $0 * 6 + (Int($1) * 5 + 127) / 255 }
    }

    private static func counted(_ columns: [Int]) -> String {
        var text = ""
        var start = 0
        while start < columns.count {
            let end = columns[start...].firstIndex { $0 != columns[start] } ?? columns.count
            // The last columns of a band may be left out where they are blank.
            if end == columns.count, columns[start] == 0 { break }
            let sign = String(UnicodeScalar(UInt8(63 + columns[start])))
            text += end - start > 3 ? "!\(end - start)\(sign)" : String(repeating: sign, count: end - start)
            start = end
        }
        return text
    }
}
