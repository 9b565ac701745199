import IbexArrays
import IbexFiles
import IbexGraph
import IbexModels

/// The text of a description as values, with what the command line sets in them.
package struct DescriptionFile: Sendable {
    /// The path of the file, as errors name it.
    package let path: String
    package private(set) var root: ConfigValue
    /// The values that the command line set, and the options that did.
    private var overrides: [(path: DescriptionPath, option: String)] = []

    /// Reads a file: JSON where it ends in `.json` or begins with a brace, else YAML.
    ///
    /// - Throws: `IbexError` of kind `file` where it cannot be read, or is neither.
    package init(path: String) throws {
        let bytes = try InputFile.contents(of: path, expected: "a description of a training, in JSON or YAML")
        try self.init(text: String(decoding: bytes, as: UTF8.self), path: path)
    }

    /// - Parameter path: what errors name; its ending tells the format.
    package init(text: String, path: String) throws {
        self.path = path
        let isJSON = path.lowercased().hasSuffix(".json") || text.first { !$0.isWhitespace } == "{"
        root = isJSON ? try JSON.value(of: text, at: path) : try YAML.value(of: text, at: path, style: .yaml12Numbers)
        guard root.object != nil else {
            throw IbexError(
                .file, at: path, found: root.isNull ? "an empty file" : root.shortDescription,
                expected: "an object with the keys " + TrainingDescription.keys.joined(separator: ", "))
        }
    }

    /// The folder that paths of data and models are relative to.
    var folder: String { path.lastIndex(of: "/").map { String(path[...$0]) } ?? "" }

    /// The name of the file without its ending.
    package var name: String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return name.lastIndex(of: ".").map { $0 == name.startIndex ? name : String(name[..<$0]) } ?? name
    }

    /// What errors name: the file and the path in it, or the option that set the value.
    func place(of path: DescriptionPath) -> String {
        if let override = overrides.last(where: { $0.path.leads(to: path) }) {
            return override.option == Self.setOption ? "\(Self.setOption) \(path)" : override.option
        }
        return path.steps.isEmpty ? self.path : "\(self.path), \(path)"
    }

    private static let setOption = "--set"

    /// Sets a value, as `--set fit.epochs=3` says; the value is YAML. Objects on the way are made where there are none.
    ///
    /// - Throws: `IbexError` of kind `argument` for a text without a path or `=`, and for a path through what is no object
    ///   and no list, or past the end of a list.
    package mutating func set(_ text: String) throws {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, DescriptionPath(parts[0])?.steps.isEmpty == false else {
            throw IbexError(
                .argument, at: Self.setOption, found: "\"\(text)\"",
                expected: "a path, = and a value, such as fit.epochs=3")
        }
        let value = try YAML.value(of: parts[1], at: "\(Self.setOption) \(parts[0])", style: .yaml12Numbers)
        try set(value, at: parts[0], option: Self.setOption)
    }

    /// Sets a value that an option of its own gives.
    ///
    /// - Parameter option: what errors name.
    package mutating func set(_ value: ConfigValue, at text: String, option: String) throws {
        guard let path = DescriptionPath(text), root.set(value, at: path.steps[...]) else {
            throw IbexError(
                .argument, at: "\(option) \(text)", found: "a path that leads nowhere in \(self.path)",
                expected: "keys of objects, and numbers of the entries that lists have")
        }
        overrides.append((path, option))
    }
}

extension DescriptionFile {
    /// Sets the folder for results; the name of the model's file stays.
    package mutating func setFolder(_ folder: String, option: String) throws {
        let isPath = root.object?["output"]?.string != nil
        try set(.string(folder), at: isPath ? "output" : "output.folder", option: option)
    }
}

extension ConfigValue {
    /// Sets the value at the end of a path; says whether the path leads there.
    fileprivate mutating func set(_ value: ConfigValue, at steps: ArraySlice<DescriptionPath.Step>) -> Bool {
        guard let step = steps.first else {
            self = value
            return true
        }
        switch (step, self) {
        case (.key(let key), .object(var config)):
            var inner = config[key] ?? .null
            guard inner.set(value, at: steps.dropFirst()) else { return false }
            config[key] = inner
            self = .object(config)
        case (.key, .null):
            self = .object([:])
            return set(value, at: steps)
        case (.key, .string(let name)):
            // The name of an optimizer, a callback and so on, which gets an argument.
            self = ["class_name": .string(name)]
            return set(value, at: steps)
        case (.index(let index), .array(var values)) where values.indices.contains(index):
            guard values[index].set(value, at: steps.dropFirst()) else { return false }
            self = .array(values)
        default: return false
        }
        return true
    }

    /// The value as an error names it: its beginning, where it is long.
    var shortDescription: String {
        let text = description
        return text.count <= 80 ? text : text.prefix(79) + "…"
    }
}
