/// A piece of a page. What is put into it is escaped, unless it is a piece itself.
///
///     let row: HTML = "<tr><th>\(name)</th><td>\(value)</td></tr>"
///
/// Elements are written as XML wants them, so that the page can be read by either rule.
struct HTML: ExpressibleByStringInterpolation, Sendable {
    private(set) var text: String

    init(stringLiteral text: String) { self.text = text }
    init(stringInterpolation: Interpolation) { text = stringInterpolation.text }

    /// Pieces one after another, each on a line of its own.
    init(_ pieces: [HTML]) { text = pieces.map(\.text).filter { !$0.isEmpty }.joined(separator: "\n") }

    static let nothing: HTML = ""

    struct Interpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

        mutating func appendLiteral(_ literal: String) { text += literal }
        mutating func appendInterpolation(_ string: String) { text += string.escapedForHTML }
        mutating func appendInterpolation(_ number: Int) { text += String(number) }
        mutating func appendInterpolation(_ piece: HTML) { text += piece.text }
        mutating func appendInterpolation(_ pieces: [HTML]) { text += HTML(pieces).text }
    }
}

extension HTML {
    /// A table with a caption, a header and rows; the first cell of a row is its header.
    ///
    /// - Parameter isNumeric: whether all columns but the first hold numbers, which stand at the right.
    static func table(caption: String, header: [String], rows: [[String]], isNumeric: Bool = true) -> HTML {
        guard !rows.isEmpty else { return .nothing }
        let head = header.map { title -> HTML in "<th scope=\"col\">\(title)</th>" }
        let body = rows.map { row -> HTML in
            let cells = row.dropFirst().map { cell -> HTML in "<td>\(cell)</td>" }
            return "<tr><th scope=\"row\">\(row.first ?? "")</th>\(cells)</tr>"
        }
        return """
            <div class="scroll"><table class="\(isNumeric ? "numbers" : "words")"><caption>\(caption)</caption>
            <thead><tr>\(head)</tr></thead>
            <tbody>
            \(body)
            </tbody></table></div>
            """
    }

    /// Terms and what they are, as a table of two columns without a header.
    static func facts(caption: String, _ facts: [(String, String)]) -> HTML {
        guard !facts.isEmpty else { return .nothing }
        let rows = facts.map { fact -> HTML in "<tr><th scope=\"row\">\(fact.0)</th><td>\(fact.1)</td></tr>" }
        return """
            <table class="words"><caption>\(caption)</caption>
            <tbody>
            \(rows)
            </tbody></table>
            """
    }

    /// A section with a heading; nothing where it would be empty.
    static func section(_ title: String, id: String, _ pieces: [HTML]) -> HTML {
        let contents = HTML(pieces)
        return contents.text.isEmpty ? .nothing : "<section id=\"\(id)\">\n<h2>\(title)</h2>\n\(contents)\n</section>"
    }
}
