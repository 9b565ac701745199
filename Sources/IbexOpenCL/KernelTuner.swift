import IbexGraph

/// Times the candidates of open questions on the device itself and picks the fastest that computes the right thing.
struct KernelTuner {
    let backend: OpenCLBackend
    let settings: TuningSettings

    /// A candidate must beat the default by so much, so that noise does not decide.
    private static let margin = 0.97
    private static let rounds = 5
    /// How many elements are checked in double precision.
    private static let samples = 64

    /// The winners by key, of as many questions as time allows; the default where nothing else won.
    func winners(of questions: [TuningQuestion]) throws -> [TuningKey: String] {
        let end = settings.now() + settings.seconds
        var winners: [TuningKey: String] = [:]
        for question in questions where settings.now() < end {
            if let winner = try winner(of: question, until: end) { winners[question.key] = winner }
        }
        return winners
    }

    private func winner(of question: TuningQuestion, until end: Double) throws -> String? {
        guard let trial = try TuningTrial(question, backend) else { return nil }
        var best: (name: String, time: Double)?
        for (place, name) in question.candidates.enumerated() {
            if place > 0 && settings.now() >= end { break }
            guard let time = time(name, trial, question.key) else { continue }
            if best == nil || time < best!.time * (best!.name == question.candidates[0] ? Self.margin : 1) {
                best = (name, time)
            }
        }
        guard let best else { return nil }
        settings.report("\(question.key.family) \(question.key.shapeClass): \(best.name) wins")
        return best.name
    }

    /// The best time of a candidate in seconds; `nil` where it does not run or computes something else.
    private func time(_ name: String, _ trial: TuningTrial, _ key: TuningKey) -> Double? {
        let label = "\(key.family) \(key.shapeClass): \(name)"
        do {
            let run = try trial.prepare(key, name)
            try run()
            if let flaw = try trial.flaw(samples: Self.samples) {
                settings.report("\(label) is wrong: \(flaw)")
                return nil
            }
            var best = Double.infinity
            for _ in 0..<Self.rounds {
                let start = settings.now()
                try run()
                best = min(best, settings.now() - start)
            }
            settings.report("\(label) takes \(Int((best * 1e6).rounded())) µs")
            return best
        } catch {
            settings.report("\(label) does not run: \(error)")
            return nil
        }
    }
}
