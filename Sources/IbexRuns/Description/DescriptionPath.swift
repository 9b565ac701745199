/// Where a value stands in a description: `fit.callbacks[1].patience`.
struct DescriptionPath: Sendable, Hashable, CustomStringConvertible {
    enum Step: Sendable, Hashable {
        case key(String)
        case index(Int)
    }

    private(set) var steps: [Step] = []

    /// The path of the whole description.
    static let root = DescriptionPath()

    private init() {}

    func key(_ key: String) -> DescriptionPath { appending(.key(key)) }
    func index(_ index: Int) -> DescriptionPath { appending(.index(index)) }

    private func appending(_ step: Step) -> DescriptionPath {
        var path = self
        path.steps.append(step)
        return path
    }

    /// Whether a path is this one or leads on from it.
    func leads(to other: DescriptionPath) -> Bool { other.steps.starts(with: steps) }

    var description: String {
        steps.reduce(into: "") { text, step in
            switch step {
            case .key(let key): text += (text.isEmpty ? "" : ".") + key
            case .index(let index): text += "[\(index)]"
            }
        }
    }
}

extension DescriptionPath {
    /// The path that a text means; `nil` for a text that is none.
    init?(_ text: String) {
        self.init()
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            let key = part.prefix { $0 != "[" }
            if !key.isEmpty {
                steps.append(.key(String(key)))
            } else if steps.isEmpty || !part.hasPrefix("[") {
                return nil
            }
            var rest = part.dropFirst(key.count)
            while !rest.isEmpty {
                guard rest.first == "[", let end = rest.firstIndex(of: "]"),
                    let index = Int(rest[rest.index(after: rest.startIndex)..<end]), index >= 0
                else { return nil }
                steps.append(.index(index))
                rest = rest[rest.index(after: end)...]
            }
        }
    }
}
