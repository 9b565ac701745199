import Foundation
import Glibc
import IbexGraph
import IbexTestSupport

/// Gives a reader damaged files and measures what becomes of it.
package struct Soak {
    /// A file that takes longer, in seconds of processor time, counts as a hang; so does a growth of the memory above
    /// this, in bytes.
    package static let mostSeconds = 1.0, mostBytes = 1 << 30

    package static let formats: [any SoakFormat] = [
        HDF5Format(), HDF5TableFormat(), NPYFormat(), NPZFormat(), ZipFormat(), SafetensorsFormat(), TableFormat(),
        JSONFormat(), YAMLFormat(), KerasFormat(), LegacyFormat(),
    ]

    package let format: any SoakFormat
    package let seed: UInt64
    private let isTimed: Bool
    private let scratch: Scratch
    private let samples: [[UInt8]]

    /// Time and memory are those of the whole process, in which nothing else may run.
    ///
    /// - Parameter isTimed: whether a file fails that takes too long.
    package init(_ format: any SoakFormat, isTimed: Bool = true, seed: UInt64) throws {
        self.format = format
        self.isTimed = isTimed
        self.seed = seed
        scratch = try Scratch()
        samples = try format.samples.sorted { $0.count < $1.count }
        guard !samples.isEmpty else {
            throw IbexError(.data, at: format.name, found: "no samples", expected: "files to damage")
        }
    }

    /// Where the damaged file lies that is being read: what is left of it after a crash.
    package var path: String { scratch.file("damaged") }

    /// Reads `mutations` damaged files; the sample and the damage follow from the seed and the file's number alone.
    ///
    /// - Parameter announce: told each number before its file is read.
    package func run(_ mutations: Range<Int>, announce: (Int) -> Void = { _ in }) throws -> SoakReport {
        var report = SoakReport(format: format.name, seed: seed)
        let before = Usage.now
        for number in mutations {
            var mutation = Mutation(seed: seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(number))
            let sample = samples[number % samples.count]
            let other = samples[number / samples.count % samples.count]
            try scratch.write(try format.damage(sample, other, by: &mutation), to: "damaged")
            announce(number)
            var (outcome, seconds) = read()
            // A machine may stand still for a moment; a file that takes long does so again.
            for _ in 0..<2 where isTimed && seconds.processor > Self.mostSeconds {
                let again = read()
                outcome = again.outcome
                seconds = (min(seconds.processor, again.seconds.processor), min(seconds.clock, again.seconds.clock))
            }
            report.note(number, format, outcome, seconds, mostSeconds: isTimed ? Self.mostSeconds : .infinity)
        }
        report.growth = Usage.now.bytes - before.bytes
        return report
    }

    private func read() -> (outcome: Result<Void, any Error>, seconds: (processor: Double, clock: Double)) {
        let start = Usage.now
        let outcome = Result { try format.open(path) }
        return (outcome, Usage.now.seconds(since: start))
    }
}

/// What this process and the children that it waited for have used.
private struct Usage {
    let processorSeconds: Double
    let clock: ContinuousClock.Instant
    /// The most memory that the process, or one child, had at a time.
    let bytes: Int

    static var now: Usage {
        var own = rusage()
        var children = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &own)
        getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &children)
        let seconds = [own.ru_utime, own.ru_stime, children.ru_utime, children.ru_stime].map {
            Double($0.tv_sec) + Double($0.tv_usec) * 1e-6
        }
        return Usage(
            processorSeconds: seconds.reduce(0, +), clock: .now, bytes: max(own.ru_maxrss, children.ru_maxrss) << 10)
    }

    func seconds(since start: Usage) -> (processor: Double, clock: Double) {
        (processorSeconds - start.processorSeconds, (clock - start.clock) / .seconds(1))
    }
}
