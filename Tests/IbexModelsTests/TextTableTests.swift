import IbexTestSupport
import Testing

@testable import IbexModels

@Suite struct TextTableTests {
    private func table(_ cells: String...) -> TextTable {
        let columns = [
            TextTable.Column(title: "层", alignment: .left, width: 10), .init(title: "n", alignment: .right, width: 8),
        ]
        return TextTable(columns: columns, rows: cells.map { [$0, $0] })
    }

    /// The columns of a line as the C library counts them, scalar by scalar.
    private func width(_ line: Substring) -> Int {
        line.unicodeScalars.reduce(0) { $0 + WideCharacters.width(of: $1) }
    }

    /// CJK, an emoji, a mark of its own on a letter, Hangul of parts.
    @Test(arguments: ["层", "卷积", "🦌 ibex", "e\u{301}te\u{301}", "한글", "卷积层卷积层卷积层", "a卷积 b卷积 c"])
    func linesAreOfOneWidth(cell: String) {
        for line in table(cell).text.split(separator: "\n") { #expect(width(line) == 21, "\(line)") }
    }

    @Test func wideCharactersArePaddedAndCut() {
        #expect(
            table("卷积", "卷积层卷积").text == """
                ┏━━━━━━━━━━┳━━━━━━━━┓
                ┃ 层       ┃      n ┃
                ┡━━━━━━━━━━╇━━━━━━━━┩
                │ 卷积     │   卷积 │
                ├──────────┼────────┤
                │ 卷积层…  │  卷积… │
                └──────────┴────────┘
                """)
    }
}
