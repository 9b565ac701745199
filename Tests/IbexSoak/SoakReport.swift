import IbexGraph

/// What became of a reader's damaged files.
package struct SoakReport: Sendable {
    package let format: String
    package let seed: UInt64
    /// Files that were read, and files that were refused by an `IbexError`.
    package var read = 0, refused = 0
    /// What the reader survived, and how often: children that died, by signal.
    package var incidents: [String: Int] = [:]
    /// Files that ended in another error, or took too long, by number.
    package var failures: [Int: String] = [:]
    /// The longest time for one file in seconds, and its number.
    package var slowest: (number: Int, processor: Double) = (0, 0)
    package var longest: (number: Int, clock: Double) = (0, 0)
    /// How far the most memory of the process, or of a child, rose.
    package var growth = 0

    /// Whether every file was read or refused, in time and in bounded memory.
    package var passes: Bool { failures.isEmpty && growth <= Soak.mostBytes }

    package init(format: String, seed: UInt64) {
        self.format = format
        self.seed = seed
    }

    mutating func note(
        _ number: Int, _ format: any SoakFormat, _ result: Result<Void, any Error>,
        _ seconds: (processor: Double, clock: Double), mostSeconds: Double
    ) {
        switch result {
        case .success: read += 1
        case .failure(let error as IbexError):
            refused += 1
            if let incident = format.incident(error) { incidents[incident, default: 0] += 1 }
        case .failure(let error): failures[number] = "\(error)"
        }
        if seconds.processor > slowest.processor { slowest = (number, seconds.processor) }
        if seconds.clock > longest.clock { longest = (number, seconds.clock) }
        if seconds.processor > mostSeconds { failures[number] = "took \(seconds.processor) seconds" }
    }

    /// Adds what became of other files.
    package mutating func add(_ other: SoakReport) {
        read += other.read
        refused += other.refused
        incidents.merge(other.incidents, uniquingKeysWith: +)
        failures.merge(other.failures) { $1 }
        if other.slowest.processor > slowest.processor { slowest = other.slowest }
        if other.longest.clock > longest.clock { longest = other.longest }
        growth += other.growth
    }
}

extension SoakReport: CustomStringConvertible {
    package var description: String {
        var lines = [
            "\(format), seed \(seed): \(read + refused) damaged files, \(read) read, \(refused) refused, "
                + "\(failures.count) failures; memory grew by \(growth >> 20) MiB",
            "  slowest: \(milliseconds(slowest.processor)) ms of processor time (file \(slowest.number)), "
                + "\(milliseconds(longest.clock)) ms on the clock (file \(longest.number))",
        ]
        lines += incidents.sorted { $0.key < $1.key }.map { "  \($0.value) x \($0.key)" }
        lines += failures.sorted { $0.key < $1.key }.map { "  FAILED: file \($0.key): \($0.value)" }
        return lines.joined(separator: "\n")
    }

    private func milliseconds(_ seconds: Double) -> Int { Int((seconds * 1000).rounded()) }
}
