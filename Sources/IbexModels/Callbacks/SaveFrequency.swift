/// How often a training is saved.
///
///     ModelCheckpoint("model-{epoch:02d}-{batch:05d}.keras", saveFrequency: 500)
public enum SaveFrequency: Sendable, Hashable, ExpressibleByIntegerLiteral {
    /// At the end of each epoch.
    case epoch
    /// After so many batches, counted on from epoch to epoch.
    case batches(Int)

    public init(integerLiteral value: Int) { self = .batches(value) }
}

/// Counts batches, to tell when so many were seen.
package struct BatchCount: Sendable {
    package var seen = 0

    package init() {}

    /// Counts a batch; says whether it is one to save after.
    package mutating func isDue(_ frequency: SaveFrequency) -> Bool {
        guard case .batches(let count) = frequency else { return false }
        seen += 1
        guard seen >= count else { return false }
        seen = 0
        return true
    }
}
