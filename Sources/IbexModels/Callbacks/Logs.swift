/// Values by name, in order: what a pass over data has come to.
///
///     override func onEpochEnd(_ epoch: Int, _ logs: inout Logs) {
///         for (name, value) in logs { print(name, value) }
///         if let loss = logs["val_loss"], loss < 0.1 { model?.stopTraining = true }
///     }
public struct Logs: Sendable, Hashable {
    public private(set) var names: [String] = []
    public private(set) var values: [Double] = []

    public init() {}

    /// The value of a name, if there is one. A new name comes last; `nil` takes a name out.
    public subscript(name: String) -> Double? {
        get { names.firstIndex(of: name).map { values[$0] } }
        set {
            switch (names.firstIndex(of: name), newValue) {
            case (let index?, let value?): values[index] = value
            case (let index?, nil):
                names.remove(at: index)
                values.remove(at: index)
            case (nil, let value?):
                names.append(name)
                values.append(value)
            case (nil, nil): break
            }
        }
    }

    /// The same values in alphabetical order, in which Keras 3 shows and keeps them.
    public var alphabetical: Logs {
        var logs = Logs()
        logs.merge(sorted { $0.name < $1.name })
        return logs
    }

    /// The same values, each name after a prefix.
    func prefixed(_ prefix: String) -> Logs {
        var logs = self
        logs.names = names.map { prefix + $0 }
        return logs
    }

    /// Adds other values, over those of the same name.
    mutating func merge(_ other: some Sequence<Element>) {
        for (name, value) in other { self[name] = value }
    }
}

extension Logs: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { names.count }
    public subscript(position: Int) -> (name: String, value: Double) { (names[position], values[position]) }
}

extension Logs: ExpressibleByDictionaryLiteral, CustomStringConvertible {
    public init(dictionaryLiteral elements: (String, Double)...) {
        for (name, value) in elements { self[name] = value }
    }

    public var description: String { "[" + map { "\($0.name): \($0.value)" }.joined(separator: ", ") + "]" }
}
