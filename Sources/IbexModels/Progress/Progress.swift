import Glibc
import IbexGraph

/// Shows how far a pass is, in the looks of Keras 3 and Keras 2.
///
/// On a terminal a line is drawn over, at most ten times a second, as wide as the terminal is at that moment and never
/// wider. Elsewhere whole lines are written, without escape codes.
package final class Progress {
    private let mode: Mode
    private let epochs: Int
    /// The number of steps of a pass, where it is known.
    package var steps: Int?
    private let style: ProgressStyle
    private let console: Console
    private let now: () -> Double
    private var times: StepTimes
    /// When values were last asked for.
    private var asked: Double?
    /// The time after which a log gets its next sign of life.
    private var nextSign = Progress.firstSign
    /// The columns of the line that stands there.
    private var width = 0
    /// When the steps of the epoch were done, its validation not included.
    private var stepsEnd: Double?
    private var isLineOpen = false

    private enum Mode { case silent, bar, log, lines }

    /// The shortest time between two drawings, and the time of the first sign of life in a log.
    private static let interval = 0.1, firstSign = 60.0

    /// - Parameter now: the time in seconds from some moment on.
    package init(
        _ verbosity: Verbosity, epochs: Int, steps: Int?, style: ProgressStyle = .keras3,
        console: Console = .current, now: @escaping () -> Double = { HostClock.seconds }
    ) {
        mode =
            switch verbosity {
            case .silent: .silent
            case .bar: console.terminal.redraws ? .bar : .log
            case .lines: .lines
            }
        self.epochs = epochs
        self.steps = steps
        self.style = style
        self.console = console
        self.now = now
        times = StepTimes(start: now())
    }

    package static func print(_ text: String) {
        Swift.print(text, terminator: "")
        fflush(nil)
    }

    package func begin(epoch: Int) {
        times = StepTimes(start: now())
        (asked, stepsEnd, nextSign, width) = (nil, nil, Self.firstSign, 0)
        if mode != .silent, epochs > 1 { console.write("Epoch \(epoch + 1)/\(epochs)\n") }
    }

    /// Whether to ask for values and to `update`: after the first step, and when it is time to show something.
    package func isDue(_ done: Int) -> Bool {
        guard mode != .silent else { return false }
        let time = now()
        if let asked {
            switch mode {
            case _ where done >= steps ?? .max: return false
            case .bar where time - asked >= Self.interval: break
            case .log where times.elapsed(time) >= nextSign: break
            default: return false
            }
        }
        asked = time
        return true
    }

    /// Shows that `done` steps are finished.
    package func update(_ done: Int, logs: Logs) {
        let time = now()
        times.note(done, at: time)
        switch mode {
        case .bar: draw([fit.running(line(done, logs, time))])
        case .log where times.elapsed(time) >= nextSign:
            while times.elapsed(time) >= nextSign { nextSign *= 2 }
            console.write(style.logLine(line(done, logs, time), epochSeconds: 0) + "\n")
        default: break
        }
    }

    /// Notes that the steps of the epoch are done and validation begins.
    package func endSteps() { stepsEnd = now() }

    /// The finished line, with the values of the whole pass.
    package func end(_ logs: Logs) {
        let time = now()
        let line = line(steps ?? 0, logs, time, isFinal: true)
        switch mode {
        case .silent: break
        case .bar:
            draw(fit.final(line))
            endLine()
        case .log, .lines:
            console.write(style.logLine(line, epochSeconds: times.elapsed(stepsEnd ?? time)) + "\n")
        }
    }

    /// Leaves the line as it is and goes to the next one, if it is not finished.
    package func endLine() {
        if isLineOpen { console.write("\n") }
        (isLineOpen, width) = (false, 0)
    }

    private func line(_ done: Int, _ logs: Logs, _ time: Double, isFinal: Bool = false) -> ProgressLine {
        let isLeft = !isFinal && steps != nil
        return ProgressLine(
            done: done, total: steps,
            seconds: isLeft ? times.left((steps ?? done) - done, at: time) : times.elapsed(time),
            secondsPerStep: times.perStep(done, at: time), isFinal: isFinal, values: Array(logs))
    }

    /// A terminal's last column stays free: some go to the next line as soon as it is taken.
    private var fit: ProgressFit {
        ProgressFit(
            style: style, columns: max(console.terminal.columns - 1, 1), hasColors: console.terminal.hasColors)
    }

    private func draw(_ lines: [ProgressFit.Shown]) {
        // A terminal that got narrower may have wrapped the line: it stays, and a new one begins.
        if width >= console.terminal.columns { endLine() }
        let back = String(repeating: "\u{8}", count: width) + "\r"
        let rest = String(repeating: " ", count: max(width - (lines.first?.columns ?? 0), 0))
        var text = back
        for (index, line) in lines.enumerated() { text += index == 0 ? line.text + rest : "\n" + line.text }
        console.write(text)
        (width, isLineOpen) = (lines.last?.columns ?? 0, true)
    }
}
