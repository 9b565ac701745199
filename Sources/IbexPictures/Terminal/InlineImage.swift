import Foundation

/// Escape sequences that carry a PNG to the terminal.
enum InlineImage {
    /// Kitty's graphics protocol: the PNG in base 64, in pieces of at most 4,096 characters.
    /// Source: sw.kovidgoyal.net/kitty/graphics-protocol.
    static func kitty(_ png: Data, columns: Int) -> String {
        let text = Array(png.base64EncodedData())
        let starts = Array(stride(from: 0, to: text.count, by: 4096))
        return starts.map { start in
            let piece = String(decoding: text[start..<min(start + 4096, text.count)], as: UTF8.self)
            let head = start == 0 ? "a=T,f=100,c=\(columns)," : ""
            let more = start == starts.last ? 0 : 1
            return "\u{1B}_G\(head)m=\(more);\(piece)\u{1B}\\"
        }.joined()
    }

    /// iTerm's inline images. Source: iterm2.com/documentation-images.html.
    static func iterm(_ png: Data, columns: Int) -> String {
        "\u{1B}]1337;File=inline=1;size=\(png.count);width=\(columns);preserveAspectRatio=1:"
            + png.base64EncodedString() + "\u{07}"
    }
}
