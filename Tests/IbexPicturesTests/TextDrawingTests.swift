import Testing

@testable import IbexPictures

@Suite struct TextDrawingTests {
    /// The box that the layout counts with holds the letters that are drawn, and they are drawn.
    @Test(arguments: ["loss", "0.123", "Åqgj|", "validation accuracy", "…"], [false, true])
    func inkStaysInItsBox(text: String, upright: Bool) throws {
        for font in [Font.title, .label, Font(size: 7)] {
            var drawing = Drawing()
            drawing.text(text, font, .black, at: Point(100, 100), .centre, .middle, upright: upright)
            let picture = drawing.picture(width: 200, height: 200)
            let box = try #require(picture.texts.first).box
            let image = try picture.pixels(width: 400)
            var inked = 0
            for y in 0..<400 {
                for x in 0..<400 where image.color(x, y)[0] < 128 {
                    inked += 1
                    let pixel = Rect(x: Double(x) / 2, y: Double(y) / 2, width: 0.5, height: 0.5)
                    #expect(box.inset(by: -0.5).contains(pixel), "\(pixel)")
                }
            }
            #expect(inked > 4)
        }
    }

    @Test func longTextIsCut() {
        let font = Font.label
        #expect(font.shortened("loss", to: 100) == "loss")
        let cut = font.shortened("a long name of some metric", to: 60)
        #expect(cut.hasSuffix("…") && cut.hasPrefix("a l") && font.width(of: cut) <= 60)
        #expect(font.shortened("two\nlines", to: 100) == "two lines")
        #expect(font.shortened("loss", to: 2) == "")
    }
}
