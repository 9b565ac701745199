import Glibc

/// What a terminal shows: as much of one as tests need.
///
/// It knows `\r`, `\n`, `\b`, the colours (`ESC [ … m`), which it leaves out, wide characters and marks, and that a
/// character goes to the next line when a line is full. Other escape sequences are noted and do nothing. There is no
/// scrolling: all lines ever written can be looked at.
package struct Screen {
    package private(set) var columns: Int
    /// Escape sequences but colours.
    package private(set) var escapes: [String] = []
    /// How often a line was full and a character went to the next.
    package private(set) var wraps = 0
    package private(set) var cursor = (row: 0, column: 0)
    /// The cells of the lines; the second one of a wide character is empty.
    private var rows: [[String]] = [[]]
    private var unfinished: [UInt8] = []

    package init(columns: Int) { self.columns = columns }

    /// The lines without the blanks at their ends.
    package var lines: [String] {
        rows.map { row in
            var cells = row
            while cells.last == " " { cells.removeLast() }
            return cells.joined()
        }
    }

    /// Another width: what stood right of it is lost.
    package mutating func resize(columns: Int) {
        self.columns = columns
        for row in rows.indices { rows[row] = Array(rows[row].prefix(columns)) }
        cursor.column = min(cursor.column, columns - 1)
    }

    /// Shows what a program wrote; a character or an escape sequence may come in parts.
    package mutating func write(_ bytes: some Sequence<UInt8>) {
        unfinished += bytes
        var rest = unfinished[...]
        while let count = Self.length(rest) {
            show(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        unfinished = Array(rest)
    }

    package mutating func write(_ text: String) { write(text.utf8) }

    /// The bytes of the first character or escape sequence; `nil` where they are not all there.
    private static func length(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard let first = bytes.first else { return nil }
        if first == 0x1B {
            let end = bytes.dropFirst(2).firstIndex { (0x40...0x7E).contains($0) }
            return end.map { $0 - bytes.startIndex + 1 }
        }
        let count = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        return bytes.count >= count ? count : nil
    }

    private mutating func show(_ bytes: ArraySlice<UInt8>) {
        let text = String(decoding: bytes, as: UTF8.self)
        switch text {
        case "\r": cursor.column = 0
        case "\u{8}": cursor.column = max(min(cursor.column, columns - 1) - 1, 0)
        case "\n":
            cursor.row += 1
            if rows.count == cursor.row { rows.append([]) }
        case _ where text.hasPrefix("\u{1B}"): if !text.hasSuffix("m") { escapes.append(text) }
        default: put(text)
        }
    }

    private mutating func put(_ text: String) {
        let width = text.unicodeScalars.first.map { WideCharacters.width(of: $0) } ?? 1
        guard width > 0 else {
            // A mark belongs to the character before it.
            if cursor.column > 0 { rows[cursor.row][cursor.column - 1] += text }
            return
        }
        if cursor.column + width > columns {
            wraps += 1
            show([0x0A])
            cursor.column = 0
        }
        var row = rows[cursor.row]
        row += Array(repeating: " ", count: max(cursor.column + width - row.count, 0))
        row[cursor.column] = text
        if width == 2 { row[cursor.column + 1] = "" }
        rows[cursor.row] = row
        cursor.column += width
    }
}

/// The widths of characters as the C library has them.
package enum WideCharacters {
    // A locale is never changed; the pointer to it may go to any thread.
    private nonisolated(unsafe) static let locale = newlocale(1 << LC_CTYPE, "C.UTF-8", nil)

    /// `wcwidth`, which the C library's headers show to those alone who ask for X/Open.
    private static let wcwidth: (@convention(c) (wchar_t) -> Int32)? = dlsym(nil, "wcwidth").map {
        unsafeBitCast($0, to: (@convention(c) (wchar_t) -> Int32).self)
    }

    /// 0, 1 or 2; -1 for what is no character.
    package static func width(of scalar: Unicode.Scalar) -> Int {
        let former = uselocale(locale)
        defer { uselocale(former) }
        return Int(wcwidth?(wchar_t(bitPattern: scalar.value)) ?? 1)
    }
}
