import Foundation

/// How a terminal shows pictures.
public enum TerminalGraphics: String, Sendable, Hashable, CaseIterable {
    /// Kitty's protocol, which Ghostty, WezTerm and Konsole know too.
    case kitty
    /// iTerm's inline images.
    case iterm
    /// Sixels: xterm where it is started so, foot, mlterm, Windows Terminal.
    case sixel
    /// Half blocks in 24-bit colours, with the texts that have room.
    case blocks
    /// Quarter blocks without colour.
    case plain

    /// What the terminal that an environment describes can show; what it can is never tried out on it.
    ///
    /// Within tmux and screen, and where nothing is known, blocks; without colour where `NO_COLOR` is set, for a dumb
    /// terminal and where the output is none.
    ///
    ///     TerminalGraphics.detected(["TERM_PROGRAM": "iTerm.app"], isTerminal: true)        // .iterm
    public static func detected(
        _ environment: [String: String] = ProcessInfo.processInfo.environment,
        isTerminal: Bool = isatty(STDOUT_FILENO) == 1
    ) -> TerminalGraphics {
        func value(_ name: String) -> String { environment[name]?.lowercased() ?? "" }
        let (term, program) = (value("TERM"), value("TERM_PROGRAM"))
        guard isTerminal, value("NO_COLOR").isEmpty, term != "dumb" else { return .plain }
        let isWrapped =
            !value("TMUX").isEmpty || !value("STY").isEmpty || term.hasPrefix("screen") || term.hasPrefix("tmux")
        guard !isWrapped else { return .blocks }
        if !value("KITTY_WINDOW_ID").isEmpty || term.contains("kitty") || ["ghostty", "wezterm"].contains(program) {
            return .kitty
        }
        if program == "iterm.app" || value("LC_TERMINAL") == "iterm2" { return .iterm }
        return ["sixel", "mlterm", "foot"].contains { term.contains($0) } ? .sixel : .blocks
    }
}
