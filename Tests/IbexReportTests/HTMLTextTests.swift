import Testing

@testable import IbexReport

struct HTMLTextTests {
    @Test func whatHTMLReadsIsEscaped() {
        #expect("<b a=\"1\" c='2'>&".escapedForHTML == "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;")
    }
}
