/// The texts of a picture in the cells of a terminal: large ones first, each where it lies in the picture, and none where
/// it would touch another.
struct PlacedText {
    struct Cell: Hashable {
        let row, column: Int
    }

    private(set) var cells: [Cell: (character: Character, color: Color)] = [:]

    /// - Parameter scale: columns per point; a row is twice as high as a column is wide.
    init(_ marks: [Mark], scale: Double, columns: Int) {
        let texts = marks.compactMap { mark -> TextMark? in
            if case .text(let text) = mark, !text.isUpright { text } else { nil }
        }
        let ranked = texts.enumerated().sorted {
            (-$0.element.font.size, $0.offset) < (-$1.element.font.size, $1.offset)
        }
        for (_, text) in ranked {
            // Wide characters take two cells, which a picture's grid does not know.
            guard text.text.unicodeScalars.allSatisfy({ $0.value < 0x1100 }) else { continue }
            let letters = Array(text.text)
            let row = Int(text.box.centre.y * scale / 2)
            let start = Int((text.box.centre.x * scale - Double(letters.count) / 2).rounded())
            let first = min(max(start, 0), max(columns - letters.count, 0))
            guard letters.count <= columns else { continue }
            let around = (first - 1)...(first + letters.count)
            guard around.allSatisfy({ cells[Cell(row: row, column: $0)] == nil }) else { continue }
            for (index, letter) in letters.enumerated() {
                cells[Cell(row: row, column: first + index)] = (letter, text.color)
            }
        }
    }
}
