import IbexRuntime

/// Where training prints and warns: standard output and the log, unless a test listens.
package struct Console: Sendable {
    @TaskLocal package static var current = Console()

    package var write: @Sendable (String) -> Void
    package var warn: @Sendable (String) -> Void
    /// What `write` leads to.
    package var terminal: Terminal

    package init(
        write: @escaping @Sendable (String) -> Void = { Progress.print($0) },
        warn: @escaping @Sendable (String) -> Void = { Configuration.logger.warning("\($0)") },
        terminal: Terminal = .standardOutput
    ) {
        self.write = write
        self.warn = warn
        self.terminal = terminal
    }

    static func print(_ line: String) { current.write(line + "\n") }
    static func warn(_ message: String) { current.warn(message) }
}
