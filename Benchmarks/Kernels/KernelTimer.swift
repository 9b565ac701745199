import Foundation

/// Work that can be repeated many times before it is waited for.
struct RepeatedWork {
    /// Enqueues it once.
    let start: () throws -> Void
    /// Waits for all that was enqueued.
    let wait: () throws -> Void
    /// Seconds to sleep after a batch: OpenBLAS's threads look for work for some time before they sleep.
    var rest = 0.0

    /// Seconds for one repetition, in a batch of so many that is waited for once.
    func time(_ count: Int) throws -> Double {
        let start = MonotonicClock.now()
        for _ in 0..<count { try self.start() }
        try wait()
        let seconds = (MonotonicClock.now() - start) / Double(count)
        if rest > 0 { Thread.sleep(forTimeInterval: rest) }
        return seconds
    }
}

/// Times work beside other work in turn, so that what disturbs the machine disturbs both.
struct KernelTimer {
    var rounds = 7
    /// The least seconds that a batch lasts.
    var batch = 0.02

    struct Times {
        /// Seconds for one repetition, in the median round.
        let work, other: Double
        /// How many times longer the other takes: the median over the rounds.
        let ratio: Double
    }

    func measure(_ work: RepeatedWork, beside other: RepeatedWork) throws -> Times {
        let counts = (try repetitions(work), try repetitions(other))
        var (times, others): ([Double], [Double]) = ([], [])
        for _ in 0..<rounds {
            times.append(try work.time(counts.0))
            others.append(try other.time(counts.1))
        }
        return Times(
            work: Self.median(times), other: Self.median(others),
            ratio: Self.median(zip(times, others).map { $1 / $0 }))
    }

    /// So many that a batch lasts; a first run, which builds and touches memory, is not counted.
    private func repetitions(_ work: RepeatedWork) throws -> Int {
        _ = try work.time(1)
        var count = 1
        while true {
            let seconds = try work.time(count) * Double(count)
            if seconds >= batch { return count }
            count = max(
                count + 1, min(count * 10, Int((batch * 1.2 / max(seconds, 1e-9) * Double(count)).rounded(.up))))
        }
    }

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return .nan }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}
