import CIbexCairo
import Foundation
import IbexGraph

extension Picture {
    /// Prints the picture on the terminal, inline where the terminal can, else in block characters.
    ///
    ///     try history.plot().show()
    ///
    /// - Parameters:
    ///   - graphics: how; by default what `TerminalGraphics.detected()` finds.
    ///   - columns: how wide; by default the terminal's width, at most 120 columns.
    /// - Throws: `IbexError` where cairo cannot draw it.
    public func show(_ graphics: TerminalGraphics? = nil, columns: Int? = nil) throws {
        print(try terminalText(graphics ?? .detected(), columns: columns))
    }

    /// What `show` prints, without the last line feed.
    ///
    /// - Parameter columns: how many characters wide; the picture keeps its proportions, a character being twice as high as
    ///   wide.
    /// - Throws: `IbexError` where cairo cannot draw it, `argument` for less than one column.
    public func terminalText(_ graphics: TerminalGraphics, columns: Int? = nil) throws -> String {
        let columns = columns ?? min(Self.terminalColumns, 120)
        guard columns > 0 else {
            throw IbexError(.argument, at: "terminalText", found: "\(columns) columns", expected: "at least one")
        }
        switch graphics {
        case .kitty: return InlineImage.kitty(try png(), columns: columns)
        case .iterm: return InlineImage.iterm(try png(), columns: columns)
        // A character of most terminals is about nine pixels wide.
        case .sixel: return Sixel(try pixels(width: columns * 9)).text
        case .blocks: return try BlockText(self, columns: columns).text
        case .plain: return try QuarterText(self, columns: columns).text
        }
    }

    private static var terminalColumns: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// The picture in red, green and blue, as many pixels wide as asked for, its height rounded up to a multiple.
    func pixels(
        width pixelWidth: Int, thinnestLine: Double = 0, drawsText: Bool = true
    ) throws -> ImageBuffer {
        let scale = Double(pixelWidth) / width
        return try pixels(scale: scale, thinnestLine: thinnestLine / scale, drawsText: drawsText)
    }
}

extension ImageBuffer {
    /// A pixel of a colour image; white beyond its edge.
    func color(_ x: Int, _ y: Int) -> [UInt8] {
        guard x < width, y < height else { return [255, 255, 255] }
        let start = (y * width + x) * channels
        return Array(pixels[start..<start + 3])
    }
}
