import IbexGraph
import IbexModels

/// A value of a description, or its absence, and where it stands.
struct Field {
    let file: DescriptionFile
    let path: DescriptionPath
    /// `nil` where the key is absent or null.
    let value: ConfigValue?

    init(_ file: DescriptionFile, _ path: DescriptionPath, _ value: ConfigValue?) {
        (self.file, self.path) = (file, path)
        self.value = value?.isNull == true ? nil : value
    }

    init(root file: DescriptionFile) { self.init(file, .root, file.root) }

    var place: String { file.place(of: path) }

    /// The entries of a list; none where there is no list.
    func elements(_ expected: String) throws -> [Field] {
        guard let value else { return [] }
        guard let array = value.array else { throw misfit(expected) }
        return array.enumerated().map { Field(file, path.index($0), $1) }
    }

    /// An error about the value.
    func misfit(_ expected: String, remedy: String = "") -> IbexError {
        IbexError(
            .configuration, at: place, found: value?.shortDescription ?? "nothing", expected: expected, remedy: remedy)
    }

    /// What is read, which has to be there.
    func required<Value>(_ value: Value?, _ expected: String) throws -> Value {
        guard let value else { throw misfit(expected) }
        return value
    }

    /// Reads a value with a reader that knows nothing of the description: its errors get the path in it, and, where a
    /// name is unknown, the one that was perhaps meant.
    func placing<Result>(_ read: () throws -> Result) throws -> Result {
        do { return try read() } catch var error as IbexError {
            let ownWords = ["device", "optimizer", "loss", "metric", "learning rate schedule"]
            error.place = ownWords.contains(error.place) ? place : "\(place): \(error.place)"
            if error.kind == .name {
                let names = error.expected.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
                let word = error.found.split(separator: "\"").last.map(String.init) ?? ""
                error.remedy = Spelling.remedy(for: word, among: names)
            }
            throw error
        }
    }
}

extension Field {
    private func read<Result>(_ expected: String, _ read: (ConfigValue) -> Result?) throws -> Result? {
        guard let value else { return nil }
        return try required(read(value), expected)
    }

    func bool() throws -> Bool? { try read("true or false", \.bool) }

    func string() throws -> String? {
        try read("a text") { value in value.string.flatMap { $0.isEmpty ? nil : $0 } }
    }

    func int(atLeast least: Int? = nil) throws -> Int? {
        try read("a whole number" + (least.map { " of at least \($0)" } ?? "")) { value in
            value.int.flatMap { $0 >= least ?? .min ? $0 : nil }
        }
    }

    func double(_ expected: String = "a number", where holds: (Double) -> Bool = { _ in true }) throws -> Double? {
        try read(expected) { value in value.double.flatMap { holds($0) ? $0 : nil } }
    }

    /// A number above 0 and below 1.
    func share() throws -> Double? { try double("a number above 0 and below 1") { $0 > 0 && $0 < 1 } }

    func choice<Choice: RawRepresentable & CaseIterable>(_: Choice.Type) throws -> Choice?
    where Choice.RawValue == String {
        guard let value else { return nil }
        let names = Choice.allCases.map(\.rawValue)
        guard let choice = value.string.flatMap({ Choice(rawValue: $0) }) else {
            throw misfit(
                "one of " + names.joined(separator: ", "),
                remedy: Spelling.remedy(for: value.string ?? "", among: names))
        }
        return choice
    }

    /// The object here, with these keys and no others; `nil` where there is none.
    func section(_ keys: [String]) throws -> Section? {
        guard let value else { return nil }
        guard let config = value.object else {
            throw misfit("an object with the keys " + keys.joined(separator: ", "))
        }
        try checkKeys(of: config, against: keys)
        return Section(self, config)
    }

    /// - Throws: `IbexError` for a key that is none of those known; with the one that was perhaps meant.
    func checkKeys(of config: Config, against keys: [String]) throws {
        guard let unknown = config.keys.sorted().first(where: { !keys.contains($0) }) else { return }
        throw IbexError(
            .configuration, at: file.place(of: path.key(unknown)), found: "the unknown key \"\(unknown)\"",
            expected: keys.isEmpty ? "no keys" : "one of " + keys.joined(separator: ", "),
            remedy: Spelling.remedy(for: unknown, among: keys))
    }
}

/// An object of a description whose keys were checked.
struct Section {
    let field: Field
    let config: Config

    fileprivate init(_ field: Field, _ config: Config) { (self.field, self.config) = (field, config) }

    subscript(key: String) -> Field { Field(field.file, field.path.key(key), config[key]) }

    /// Whether there is a value under a key.
    func has(_ key: String) -> Bool { self[key].value != nil }
}
