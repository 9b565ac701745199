import Glibc

/// What may be done where text is shown.
package struct Terminal: Sendable {
    /// Whether a line that stands there can be drawn over.
    package let redraws: Bool
    /// Whether text can be coloured and bold.
    package let hasColors: Bool
    private let descriptor: Int32
    /// The columns of a terminal that is none.
    private var givenColumns = 80

    /// What a file descriptor leads to. Lines are drawn over on a terminal, unless `TERM` is `dumb` or `unknown`, or `CI`
    /// is set: what a build server shows is a log, also where it looks like a terminal. They are coloured then, unless
    /// `NO_COLOR` is set.
    package init(_ descriptor: Int32, environment: (String) -> String? = Terminal.environment) {
        self.descriptor = descriptor
        func isSet(_ name: String) -> Bool { !["", "0", "false"].contains(environment(name) ?? "") }
        let isDumb = ["dumb", "unknown"].contains(environment("TERM") ?? "")
        redraws = isatty(descriptor) == 1 && !isDumb && !isSet("CI")
        hasColors = redraws && (environment("NO_COLOR") ?? "").isEmpty
    }

    /// One of a given width, which draws wherever text goes.
    package init(columns: Int) {
        (descriptor, redraws, hasColors, givenColumns) = (-1, true, true, columns)
    }

    /// Standard output as it is now.
    package static var standardOutput: Terminal { Terminal(STDOUT_FILENO) }

    /// A file or a pipe.
    package static let none = Terminal(-1) { _ in nil }

    package static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// The number of columns at this moment; 80 where that is not known.
    package var columns: Int {
        var size = winsize()
        guard descriptor >= 0, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return givenColumns
        }
        return Int(size.ws_col)
    }
}
