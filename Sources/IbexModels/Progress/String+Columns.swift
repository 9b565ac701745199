extension StringProtocol {
    /// The number of columns that a terminal shows the text in, without escape codes: two for a character of East Asian
    /// width W or F (Unicode Standard Annex 11) and for an emoji, none for a mark on the character before it.
    package var columns: Int { reduce(0) { $0 + $1.columns } }

    /// As much of the beginning as fits into some columns.
    func prefix(columns: Int) -> SubSequence {
        var room = columns
        return prefix {
            room -= $0.columns
            return room >= 0
        }
    }
}

extension Character {
    /// The number of columns that a terminal shows the character in.
    var columns: Int {
        if isASCII { return asciiValue.map { $0 >= 0x20 && $0 < 0x7F ? 1 : 0 } ?? 0 }
        if unicodeScalars.contains(where: \.isWide) { return 2 }
        return unicodeScalars.contains { !$0.isMark } ? 1 : 0
    }
}

extension Unicode.Scalar {
    fileprivate var isWide: Bool {
        if value < 0x1100 { return false }
        // U+FE0F asks for the coloured form of the character before it.
        return value == 0xFE0F || properties.isEmojiPresentation || Self.wide.contains { $0.contains(value) }
    }

    fileprivate var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: true
        default: false
        }
    }

    /// Scripts of East Asian width W or F and their punctuation, in blocks.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3,
        0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60,
        0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FB, 0x1F200...0x1F265, 0x20000...0x3FFFD,
    ]
}
