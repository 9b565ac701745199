import FoundationEssentials
import IbexGraph
import IbexModels

/// What a path stands for that somebody wrote, on the command line or in a description of a training.
package enum ModelSource {
    /// The kinds of files that hold a model or part of one.
    package enum Kind: Equatable, Sendable {
        /// Layers, weights, and how the model is trained: `.keras`, `.h5`, `.hdf5`.
        case whole
        /// Weights alone: `.weights.h5`, `.safetensors`, `.npz`.
        case weights
        /// Layers alone.
        case json
        case yaml

        package static func of(_ path: String) throws -> Kind {
            let name = path.lowercased()
            let endings: [(String, Kind)] = [
                (".weights.h5", .weights), (".weights.json", .weights), (".safetensors", .weights), (".npz", .weights),
                (".keras", .whole),
                (".h5", .whole), (".hdf5", .whole), (".json", .json), (".yaml", .yaml), (".yml", .yaml),
            ]
            guard let kind = endings.first(where: { name.hasSuffix($0.0) })?.1 else {
                throw IbexError(
                    .argument, at: path, found: "another ending",
                    expected: "one of " + endings.map(\.0).joined(separator: ", "))
            }
            return kind
        }
    }

    /// The model in a file; of an architecture alone one with fresh weights.
    package static func model(_ path: String, compile: Bool) throws -> Model {
        switch try Kind.of(path) {
        case .whole: return try loadModel(path, compile: compile)
        case .json: return try modelFromJSON(try text(path))
        case .yaml: return try modelFromYAML(try text(path))
        case .weights:
            throw IbexError(
                .file, at: path, found: "weights alone", expected: "a whole model or an architecture",
                remedy: "Give the model's .json or .keras, and these with --weights.")
        }
    }

    private static func text(_ path: String) throws -> String {
        do { return try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw IbexError(.file, at: path, found: "no text that can be read (\(error))", expected: "a file in UTF-8")
        }
    }
}
