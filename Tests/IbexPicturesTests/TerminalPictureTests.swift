import Foundation
import IbexTestSupport
import Testing

@testable import IbexPictures

@Suite struct TerminalPictureTests {
    @Test(arguments: [
        (["TERM": "xterm-kitty"], TerminalGraphics.kitty),
        (["TERM": "xterm-256color", "KITTY_WINDOW_ID": "3"], .kitty),
        (["TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"], .iterm),
        (["TERM": "foot"], .sixel), (["TERM": "xterm-sixel"], .sixel), (["TERM": "xterm-256color"], .blocks),
        (["TERM": "screen-256color", "KITTY_WINDOW_ID": "3"], .blocks),
        (["TERM": "xterm-kitty", "TMUX": "/tmp/tmux"], .blocks), (["TERM": "xterm-kitty", "NO_COLOR": "1"], .plain),
        (["TERM": "dumb"], .plain), ([:], .blocks),
    ]) func whatATerminalCan(environment: [String: String], graphics: TerminalGraphics) {
        #expect(TerminalGraphics.detected(environment, isTerminal: true) == graphics)
        #expect(TerminalGraphics.detected(environment, isTerminal: false) == .plain)
    }

    /// Left half black, right half red.
    private var halves: Picture {
        var drawing = Drawing()
        drawing.box(Rect(x: 0, y: 0, width: 10, height: 20), fill: .black)
        drawing.box(Rect(x: 10, y: 0, width: 10, height: 20), fill: Color(0xFF0000))
        return drawing.picture(width: 20, height: 20)
    }

    @Test func blocksAreTwoPixels() throws {
        func cell(_ color: String) -> String { "\u{1B}[38;2;\(color)m\u{1B}[48;2;\(color)m▀" }
        let text = try halves.terminalText(.blocks, columns: 2)
        #expect(text == cell("0;0;0") + cell("255;0;0") + "\u{1B}[0m")
        #expect(try halves.terminalText(.blocks, columns: 8).split(separator: "\n").count == 4)
    }

    @Test func quartersWithoutColour() throws {
        var drawing = Drawing()
        drawing.box(Rect(x: 0, y: 0, width: 10, height: 10), fill: .black)
        let text = try drawing.picture(width: 40, height: 40).terminalText(.plain, columns: 4)
        // A quarter of the width: one column, a quarter of the height: the upper half of one row.
        #expect(text == "▀\n")
        #expect(!(try halves.terminalText(.plain, columns: 8)).contains("\u{1B}"))
    }

    @Test func textsLieWhereTheyHaveRoom() throws {
        let picture = try Picture.history(["loss": [1, 0.5, 0.4], "val_loss": [1, 0.7, 0.8]], width: 500)
        let text = try picture.terminalText(.plain, columns: 80)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.count <= 80 })
        #expect(text.contains("training") && text.contains("validation") && text.contains("epoch"))
        let colored = try picture.terminalText(.blocks, columns: 80).split(separator: "\n")
        #expect(colored.count == Int((picture.height * 80 / picture.width / 2).rounded(.up)))
    }

    @Test func sixels() throws {
        // Two columns of seven rows: red, then black; the second band has one row.
        let pixels = [UInt8]((0..<7).flatMap { _ in [255, 0, 0, 0, 0, 0] as [UInt8] })
        let text = Sixel(try ImageBuffer(width: 2, height: 7, channels: 3, pixels: pixels)).text
        #expect(text == "\u{1B}P0;1;0q\"1;1;2;7#0;2;0;0;0#180;2;100;0;0#0?~$#180~-#0?@$#180@-\u{1B}\\")
        let wide = try ImageBuffer(width: 9, height: 1, pixels: [UInt8](repeating: 0, count: 9))
        #expect(
            Sixel(try ImageBuffer(width: 9, height: 1, channels: 3, pixels: wide.pixels + wide.pixels + wide.pixels))
                .text.contains("#0!9@-"))
    }

    @Test func inlineImages() throws {
        let png = Data((0..<4000).map { UInt8($0 % 251) })
        let kitty = InlineImage.kitty(png, columns: 70)
        let pieces = kitty.components(separatedBy: "\u{1B}\\").dropLast()
        #expect(pieces.count == 2)
        #expect(pieces[0].hasPrefix("\u{1B}_Ga=T,f=100,c=70,m=1;") && pieces[1].hasPrefix("\u{1B}_Gm=0;"))
        let payload = pieces.compactMap { $0.split(separator: ";", maxSplits: 1).last }.joined()
        #expect(Data(base64Encoded: payload) == png)
        let iterm = InlineImage.iterm(png, columns: 70)
        #expect(iterm.hasPrefix("\u{1B}]1337;File=inline=1;size=4000;width=70;preserveAspectRatio=1:"))
        #expect(iterm.hasSuffix(png.base64EncodedString() + "\u{07}"))
        expectError(.argument, found: "0 columns") { _ = try halves.terminalText(.plain, columns: 0) }
    }
}
