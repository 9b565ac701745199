import Glibc
import IbexGraph

/// A program in a terminal that somebody watches.
///
///     let watched = try WatchedProgram("/usr/bin/cat", [], columns: 80)
///     watched.terminal.type("one\n")
///     try watched.wait(for: "one")
package final class WatchedProgram {
    package let terminal: PseudoTerminal
    package private(set) var screen: Screen
    private let name: String
    private let program: TerminalProgram
    private let settings: [UInt8]
    private var hasEnded = false

    package init(
        _ program: String, _ arguments: [String], columns: Int, environment: [String: String] = [:]
    ) throws {
        name = program.split(separator: "/").last.map(String.init) ?? program
        terminal = try PseudoTerminal(columns: columns)
        screen = Screen(columns: columns)
        settings = terminal.settings
        self.program = try terminal.launch(program, arguments, environment: environment)
    }

    deinit { if !hasEnded { program.kill() } }

    package func failure(_ what: String) -> IbexError {
        IbexError(
            .state, at: name, found: what, expected: "an orderly program",
            remedy: screen.lines.suffix(5).joined(separator: " | "))
    }

    package func expect(_ isSo: Bool, _ otherwise: String) throws { if !isSo { throw failure(otherwise) } }

    private func look(waiting seconds: Double = 0) { screen.write(terminal.read(waiting: seconds)) }

    package func watch(for seconds: Double) {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end { look(waiting: max((end - .now) / .seconds(1), 0.001)) }
    }

    /// Waits until a line has a text; fails where that takes more than a minute.
    package func wait(for text: String) throws {
        let end = ContinuousClock.now + .seconds(60)
        while !screen.lines.contains(where: { $0.contains(text) }) {
            guard ContinuousClock.now < end else { throw failure("no \"\(text)\" within a minute") }
            look(waiting: 0.05)
        }
    }

    package func end(within seconds: Double) -> TerminalProgram.End {
        let end = program.end(within: seconds) { look() }
        hasEnded = end != .running
        return end
    }

    /// The terminal is as it was, and the next line begins at its beginning.
    ///
    /// - Parameter wraps: how many lines may be longer than the terminal is wide.
    package func expectSaneTerminal(wraps: Int = 1) throws {
        try expect(terminal.settings == settings, "other settings of the terminal")
        try expect(screen.cursor.column == 0, "a cursor in column \(screen.cursor.column)")
        try expect(screen.escapes.isEmpty, "escape sequences \(screen.escapes.count)")
        // What the terminal shows for Control-C may not fit on the line of the bar.
        try expect(screen.wraps <= wraps, "\(screen.wraps) lines too long")
    }
}
