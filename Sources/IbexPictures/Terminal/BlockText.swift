/// A picture in half blocks: two pixels above each other in each character, in 24-bit colours.
struct BlockText {
    let text: String

    init(_ picture: Picture, columns: Int) throws {
        let image = try picture.pixels(width: columns, thinnestLine: 0.7, drawsText: false)
        let words = PlacedText(picture.marks, scale: Double(columns) / picture.width, columns: columns)
        text = (0..<(image.height + 1) / 2).map { row in
            var line = ""
            var last: [UInt8] = []
            for column in 0..<image.width {
                let (upper, lower) = (image.color(column, 2 * row), image.color(column, 2 * row + 1))
                let (ink, paper, sign): ([UInt8], [UInt8], Character)
                if let word = words.cells[PlacedText.Cell(row: row, column: column)] {
                    (ink, paper, sign) = (word.color.bytes, upper, word.character)
                } else {
                    (ink, paper, sign) = (upper, lower, "▀")
                }
                // Colours are said where they change.
                if ink + paper != last {
                    line += Self.escape(38, ink) + Self.escape(48, paper)
                    last = ink + paper
                }
                line.append(sign)
            }
            return line + "\u{1B}[0m"
        }.joined(separator: "\n")
    }

    private static func escape(_ layer: Int, _ color: [UInt8]) -> String {
        "\u{1B}[\(layer);2;\(color[0]);\(color[1]);\(color[2])m"
    }
}

/// A picture in quarter blocks without colour: what is dark in the picture is ink. Greys become patterns.
struct QuarterText {
    let text: String

    /// By bits: upper left 1, upper right 2, lower left 4, lower right 8.
    private static let signs = Array(" ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█")
    /// B. Bayer's thresholds for four by four pixels, in sixteenths.
    private static let thresholds = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5]

    init(_ picture: Picture, columns: Int) throws {
        let image = try picture.pixels(width: 2 * columns, thinnestLine: 0.9, drawsText: false)
        let words = PlacedText(picture.marks, scale: Double(columns) / picture.width, columns: columns)
        func isInk(_ x: Int, _ y: Int) -> Bool {
            let parts = image.color(x, y).map { Double($0) / 255 }
            let darkness = 1 - Color(red: parts[0], green: parts[1], blue: parts[2]).luminance
            return darkness > 0.25 + 0.5 * (Double(Self.thresholds[y % 4 * 4 + x % 4]) + 0.5) / 16
        }
        // A character is twice as high as wide: its quarters are not square, but two by two pixels are.
        text = (0..<(image.height + 3) / 4).map { row in
            let line = (0..<columns).map { column -> Character in
                if let word = words.cells[PlacedText.Cell(row: row, column: column)] { return word.character }
                let bits = (0..<4).reduce(0) { bits, quarter in
                    let (x, y) = (2 * column + quarter % 2, 4 * row + quarter / 2 * 2)
                    return bits | (isInk(x, y) || isInk(x, y + 1) ? 1 << quarter : 0)
                }
                return Self.signs[bits]
            }
            return String(line).replacing(/\ +$/, with: "")
        }.joined(separator: "\n")
    }
}
