import IbexGraph

/// What happens at the border of a sliding window.
public enum Padding: String, Sendable, Hashable, CaseIterable {
    /// The window stays inside: ⌊(n - window) / stride⌋ + 1 positions.
    case valid
    /// Zeros are added so that there are ⌈n / stride⌉ positions; an odd cell goes last.
    case same
    /// Zeros are added in front only, so that no result depends on a later input: ⌈n / stride⌉ positions. For `Conv1D`.
    case causal
}

extension Padding {
    /// Keras takes the name in upper case too.
    init(config: Config, at place: String) throws(IbexError) {
        let name = try config.string("padding", at: place, default: Padding.valid.rawValue)
        guard let known = Padding(rawValue: name.lowercased()) else {
            throw IbexError(
                .argument, at: "\(place), key padding", found: "\"\(name)\"",
                expected: Padding.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))
        }
        self = known
    }
}
