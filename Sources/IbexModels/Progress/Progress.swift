import Glibc

/// Shows how far a pass is, in Keras 3's look.
package final class Progress {
    private let verbosity: Verbosity
    private let epochs: Int
    /// The number of steps of a pass, where it is known.
    package var steps: Int?
    private let isTerminal: Bool
    private let write: (String) -> Void
    private let clock = ContinuousClock()
    private var start: ContinuousClock.Instant
    private var first: ContinuousClock.Instant?
    private var drawn: ContinuousClock.Instant?
    private var width = 0

    /// The shortest time between two drawings.
    private static let interval = 0.07

    /// - Parameter write: where text goes; standard output where none is given.
    package init(
        _ verbosity: Verbosity, epochs: Int, steps: Int?, isTerminal: Bool = isatty(STDOUT_FILENO) == 1,
        write: @escaping (String) -> Void = { Progress.print($0) }
    ) {
        self.verbosity = verbosity
        self.epochs = epochs
        self.steps = steps
        self.isTerminal = isTerminal
        self.write = write
        start = clock.now
    }

    package static func print(_ text: String) {
        Swift.print(text, terminator: "")
        fflush(nil)
    }

    private var showsBar: Bool { verbosity == .bar && isTerminal }

    package func begin(epoch: Int) {
        start = clock.now
        (first, drawn, width) = (nil, nil, 0)
        if verbosity != .silent, epochs > 1 { write("Epoch \(epoch + 1)/\(epochs)\n") }
    }

    /// Whether it is time to draw again, after `done` steps.
    package func isDue(_ done: Int) -> Bool {
        guard showsBar, done < steps ?? .max else { return false }
        return drawn.map { (clock.now - $0).seconds >= Self.interval } ?? true
    }

    /// Shows that `done` steps are finished.
    package func update(_ done: Int, logs: Logs) {
        let now = clock.now
        if first == nil { first = now }
        drawn = now
        let perStep = timePerStep(done, now)
        let seconds = steps.map { perStep * Double($0 - done) } ?? (now - start).seconds
        draw(
            "\(ProgressText.bar(done, of: steps)) \(ProgressText.bold(ProgressText.remaining(seconds))) "
                + ProgressText.perStep(perStep) + ProgressText.values(logs))
    }

    /// The finished line, with the values of the whole pass.
    package func end(_ logs: Logs) {
        guard verbosity != .silent else { return }
        let elapsed = (clock.now - start).seconds
        let steps = steps ?? 0
        let seconds = NumberText.fixed(elapsed, decimals: 0) + "s"
        let perStep = ProgressText.perStep(elapsed / Double(max(steps, 1)))
        if showsBar {
            draw(
                "\(ProgressText.bar(steps, of: steps)) \(ProgressText.bold(seconds)) \(perStep)"
                    + ProgressText.values(logs))
            write("\n")
        } else {
            write("\(steps)/\(steps) - \(seconds) - \(perStep)\(ProgressText.values(logs))\n")
        }
    }

    /// The mean time of a step, the first left out: it contains the compilation.
    private func timePerStep(_ done: Int, _ now: ContinuousClock.Instant) -> Double {
        guard done > 1, let first, first != now else { return (now - start).seconds / Double(max(done, 1)) }
        return (now - first).seconds / Double(done - 1)
    }

    private func draw(_ line: String) {
        let shown = ProgressText.width(line)
        write("\r" + line + String(repeating: " ", count: max(width - shown, 0)))
        width = shown
    }
}
