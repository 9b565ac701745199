import Glibc
import IbexModels
import IbexTestSupport
import Synchronization

/// A pass that is played into a pseudo-terminal, with a clock that goes as the test says.
final class ProgressStage {
    let terminal: PseudoTerminal
    private(set) var screen: Screen
    /// All that was written.
    private(set) var written = ""
    private let progress: Progress
    private let clock: Clock

    private final class Clock: Sendable {
        let time = Mutex(0.0)
    }

    init(
        _ verbosity: Verbosity = .bar, columns: Int, epochs: Int = 2, steps: Int? = 469,
        style: ProgressStyle = .keras3, environment: [String: String] = ["TERM": "xterm"]
    ) throws {
        let terminal = try PseudoTerminal(columns: columns)
        let (far, clock) = (terminal.far, Clock())
        let console = Console(
            write: { text in
                let bytes = Array(text.utf8)
                _ = write(far, bytes, bytes.count)
            }, terminal: Terminal(far) { environment[$0] })
        self.terminal = terminal
        self.clock = clock
        screen = Screen(columns: columns)
        progress = Progress(verbosity, epochs: epochs, steps: steps, style: style, console: console) {
            clock.time.withLock { $0 }
        }
    }

    /// How often a line was drawn over: the carriage returns that no newline follows.
    var draws: Int { written.utf8.count { $0 == 13 } - written.utf8.count { $0 == 10 } }

    private func at(_ time: Double, _ body: (Progress) -> Void) {
        clock.time.withLock { $0 = time }
        body(progress)
        let bytes = terminal.read()
        screen.write(bytes)
        written += String(decoding: bytes, as: UTF8.self)
    }

    func begin(epoch: Int = 0, at time: Double = 0) { at(time) { $0.begin(epoch: epoch) } }

    /// `done` steps are finished at a time.
    func step(_ done: Int, at time: Double, _ logs: Logs = [:]) {
        at(time) { if $0.isDue(done) { $0.update(done, logs: logs) } }
    }

    func endSteps(at time: Double) { at(time) { $0.endSteps() } }
    func end(at time: Double, _ logs: Logs = [:]) { at(time) { $0.end(logs) } }

    func resize(columns: Int) {
        terminal.resize(columns: columns)
        screen.resize(columns: columns)
    }
}
