import ArgumentParser
import Ibex

/// Where a model is run, as every command that runs one takes it.
struct RunOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "cpu, opencl, opencl:gpu, opencl:1, opencl:nvidia or auto; `ibex devices` lists what there is.",
            valueName: "D"))
    var device: String?

    @Option(help: ArgumentHelp("Samples that are computed at a time.", valueName: "N"))
    var batchSize: Int?

    func validate() throws {
        if let batchSize, batchSize < 1 {
            throw ValidationError("--batch-size: found \(batchSize); expected at least 1.")
        }
    }

    /// Runs a body on the device that was asked for, else on the one that the configuration names.
    func onDevice<Result>(_ body: () throws -> Result) throws -> Result {
        guard let device else { return try body() }
        return try withDevice(device, body)
    }
}

/// An array of samples, perhaps for a certain input: `X.npy`, `left=X.npy`.
struct NamedFile: ExpressibleByArgument, Equatable {
    let name: String?
    let path: String

    init(name: String? = nil, path: String) {
        self.name = name
        self.path = path
    }

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let isNamed = parts.count == 2 && !parts[0].isEmpty && !parts[0].contains("/")
        self.init(name: isNamed ? parts[0] : nil, path: isNamed ? parts[1] : argument)
        if path.isEmpty { return nil }
    }

    /// The arrays in the file: one of an `.npy`, all of an `.npz` by their names.
    func arrays() throws -> [(name: String?, tensor: Tensor)] {
        guard path.lowercased().hasSuffix(".npz") else { return [(name, try loadNPY(path))] }
        let members = try loadNPZ(path)
        guard let name else { return members.map { ($0.name, $0.tensor) } }
        guard members.count == 1 else {
            throw IbexError(
                .argument, at: path, found: "\(members.count) arrays for \"\(name)\"", expected: "one",
                remedy: "Leave the name out: members go to the inputs of their names.")
        }
        return [(name, members[0].tensor)]
    }
}

extension [NamedFile] {
    /// The arrays in the order of `names`: those with a name there, the others in turn.
    ///
    /// - Parameter what: `input` or `labels`, for errors.
    func tensors(for names: [String], what: String) throws -> [Tensor] {
        let arrays = try flatMap { try $0.arrays() }
        guard arrays.count == names.count else {
            throw IbexError(
                .argument, at: "--\(what)", found: "\(arrays.count) arrays",
                expected: "\(names.count): " + names.joined(separator: ", "))
        }
        if names.count == 1 { return [arrays[0].tensor] }
        var found: [String: Tensor] = [:]
        for case (let name?, let tensor) in arrays {
            guard names.contains(name), found.updateValue(tensor, forKey: name) == nil else {
                throw IbexError(
                    .name, at: "--\(what)", found: "\"\(name)\"" + (names.contains(name) ? " twice" : ""),
                    expected: "each of " + names.joined(separator: ", ") + " once")
            }
        }
        var unnamed = arrays.filter { $0.name == nil }.map(\.tensor)[...]
        return names.compactMap { found[$0] ?? unnamed.popFirst() }
    }
}

extension Model {
    /// The names of the inputs, for `--input NAME=FILE`.
    var inputNames: [String] { inputs.isEmpty ? ["input"] : inputs.map(\.layer.name) }

    /// The names of the results; of a single one without a name, `output`.
    var resultNames: [String] { outputNames.isEmpty ? ["output"] : outputNames }
}
