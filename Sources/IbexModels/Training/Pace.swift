/// How many steps the host enqueues between the places where it may wait for the device.
struct Pace {
    /// About 17 ms worth of steps.
    private(set) var stride = 1
    private var last: (steps: Int, time: Double)?

    private static let seconds = 0.017
    private static let longest = 10_000

    /// A pass begins, whose steps are counted anew; they are likely to take as long as those before.
    mutating func begin() { last = nil }

    /// Whether the next place is due once so many steps are enqueued; `placed` is the last one.
    func isDue(_ steps: Int, after placed: Int?) -> Bool { steps - (placed ?? last?.steps ?? 0) >= stride }

    /// Notes that so many steps were seen to be done, in seconds of any clock.
    ///
    /// Places that the device passed while the host was elsewhere are seen one right after the other, as if their steps had
    /// taken no time: the stride at most doubles each time, and the next one that is waited for sets it right.
    mutating func arrived(_ steps: Int, at time: Double) {
        if let last, steps > last.steps {
            let perStep = (time - last.time) / Double(steps - last.steps)
            stride = max(1, min(Self.longest, 2 * stride, Int(Self.seconds / max(perStep, 1e-6))))
        }
        last = (steps, time)
    }
}
