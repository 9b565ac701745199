import Testing

@testable import IbexRuns

struct HTMLTextTests {
    @Test func whatHTMLReadsIsEscaped() {
        #expect("<b a=\"1\" c='2'>&".escapedForHTML == "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;")
        #expect("a\u{0}b\u{1B}c\u{85}d\re\nf".escapedForHTML == "a\u{FFFD}b\u{FFFD}c\u{FFFD}d\u{FFFD}e\nf")
    }

    @Test func onlyPiecesGoInAsTheyAre() {
        let piece: HTML = "<i>\("<")</i>"
        let page: HTML = "<b>\(piece) \("&") \(3)</b>"
        #expect(page.text == "<b><i>&lt;</i> &amp; 3</b>")
    }

    @Test func numbersAreShort() {
        #expect(ReportNumbers.value(0.12345) == "0.1235" && ReportNumbers.value(-1.2e-5) == "−1.200e−05")
        #expect(ReportNumbers.value(nil) == "–" && ReportNumbers.value(.nan) == "NaN")
        #expect(ReportNumbers.duration(0.05) == "50 ms" && ReportNumbers.duration(4.21) == "4.2 s")
        #expect(ReportNumbers.duration(59.96) == "1 min 0 s" && ReportNumbers.duration(7500) == "2 h 5 min")
        #expect(ReportNumbers.bytes(512) == "512 B" && ReportNumbers.bytes(3 << 29) == "1.5 GiB")
    }
}
