import Glibc

/// How long the steps of a pass take, from the moments at which some of them were seen to be done.
struct StepTimes {
    private let start: Double
    private var first: Mark?
    private var last: Mark?
    /// Time and steps since the first one, those of long ago with less weight.
    private var recent = (seconds: 0.0, steps: 0.0)
    /// When the pass was last said to end.
    private var end: Double?

    private struct Mark {
        let steps: Int
        let time: Double
    }

    /// The seconds after which what was seen counts 1/e.
    private static let memory = 30.0

    init(start: Double) { self.start = start }

    /// Notes that so many steps are done now.
    mutating func note(_ steps: Int, at now: Double) {
        if let last, steps > last.steps {
            let (seconds, weight) = (now - last.time, exp((last.time - now) / Self.memory))
            recent.seconds = recent.seconds * weight + seconds
            recent.steps = recent.steps * weight + Double(steps - last.steps)
        }
        let mark = Mark(steps: steps, time: now)
        if first == nil { first = mark }
        last = mark
    }

    func elapsed(_ now: Double) -> Double { now - start }

    /// The mean time of a step as Keras has it: without the first step, which contains the compilation, as soon as there
    /// are others.
    func perStep(_ steps: Int, at now: Double) -> Double {
        guard let first else { return elapsed(now) / Double(max(steps, 1)) }
        guard steps > first.steps else { return elapsed(now) }
        return (now - first.time) / Double(steps - first.steps)
    }

    /// The time that `steps` further steps take, steadily: as long as the end that was foretold is wrong by less than a
    /// twentieth of what is left, or half a second, it stays, and the time left falls as the clock goes.
    ///
    /// The estimate is Keras's mean over the steps so far, but for steps of long ago, which fade away with a time
    /// constant of 30 s: a machine that gets slower is noticed in a long epoch too.
    mutating func left(_ steps: Int, at now: Double) -> Double {
        let done = last?.steps ?? 0
        let perStep = recent.steps > 0 ? recent.seconds / recent.steps : perStep(done, at: now)
        let estimate = perStep * Double(steps)
        if let end, abs(now + estimate - end) <= max(0.5, 0.05 * estimate) { return max(end - now, 0) }
        end = now + estimate
        return estimate
    }
}
