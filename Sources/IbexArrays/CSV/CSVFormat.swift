import IbexGraph

/// How rows of numbers stand in a text.
package struct CSVFormat: Sendable {
    /// Stands between two cells; `nil`: any number of blanks and tabs.
    var separator: UInt8? = UInt8(ascii: ",")
    /// How many lines at the beginning to pass over.
    var skipRows = 0
    /// From here to its end a line counts for nothing.
    var comment: UInt8? = UInt8(ascii: "#")
    /// The columns to read, counted from 0; `nil`: all.
    var columns: [Int]?

    package init(skipRows: Int = 0) { self.skipRows = skipRows }

    /// - Throws: `IbexError` of kind `argument` for a separator or a comment that is no ASCII character.
    init(
        separator: Character?, skipRows: Int, comment: Character?, columns: [Int]?, place: String
    ) throws {
        func byte(_ character: Character?, _ what: String) throws -> UInt8? {
            guard let character else { return nil }
            guard let byte = character.asciiValue, !"\"\r\n".utf8.contains(byte) else {
                throw IbexError(
                    .argument, at: place, found: "\"\(character)\" as \(what)",
                    expected: "an ASCII character other than a quotation mark or a line's end")
            }
            return byte
        }
        self.separator = try byte(separator, "separator")
        self.comment = try byte(comment, "comment")
        self.skipRows = skipRows
        self.columns = columns
    }

    /// The cells of one line without blanks and quotation marks around them; none for a line without contents.
    func cells(of line: ArraySlice<UInt8>, line number: Int, place: String) throws -> [ArraySlice<UInt8>] {
        var cells: [ArraySlice<UInt8>] = []
        var start = line.startIndex
        var position = start
        var isQuoted = false
        func isEnd(_ byte: UInt8) -> Bool { separator.map { $0 == byte } ?? Self.isBlank(byte) }
        while position < line.endIndex, isQuoted || line[position] != comment {
            if line[position] == Self.quote { isQuoted.toggle() }
            if !isQuoted, isEnd(line[position]) {
                cells.append(line[start..<position])
                start = position + 1
            }
            position += 1
        }
        guard !isQuoted else {
            throw IbexError(
                .file, at: place, found: "an open quotation mark in line \(number)", expected: "a closing one")
        }
        cells.append(line[start..<position])
        if separator == nil { return cells.filter { !$0.isEmpty }.map(Self.bare) }
        let bare = cells.map(Self.bare)
        return bare.count == 1 && bare[0].isEmpty ? [] : bare
    }

    private static let quote = UInt8(ascii: "\"")
    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    private static func bare(_ cell: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func trimmed(_ cell: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
            let front = cell.drop(while: isBlank)
            return front[..<((front.lastIndex { !isBlank($0) } ?? front.startIndex - 1) + 1)]
        }
        let cell = trimmed(cell)
        guard cell.count >= 2, cell.first == quote, cell.last == quote else { return cell }
        return trimmed(cell.dropFirst().dropLast())
    }
}
