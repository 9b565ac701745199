import IbexGraph
import IbexModels

/// Arrays of a description: one source, or one for each of the model's inputs or results.
enum ArrayGroup: Sendable {
    case list([ArraySource])
    case named([String: ArraySource], place: String)

    /// - Parameter name: the array of an `.npz` that is taken where there are several.
    init(_ field: Field, name: String) throws {
        if field.value?.array != nil {
            self = .list(try field.elements("a list of files").map { try ArraySource($0, name: name) })
        } else if let object = field.value?.object, object["path"] == nil {
            let sources = try object.map { key, value in
                (key, try ArraySource(Field(field.file, field.path.key(key), value), name: key))
            }
            self = .named(Dictionary(uniqueKeysWithValues: sources), place: field.place)
        } else {
            self = .list([try ArraySource(field, name: name)])
        }
    }

    /// The arrays in the order of the names of the model's inputs or results.
    func tensors(_ names: [String]) throws -> [Tensor] {
        switch self {
        case .list(let sources): return try sources.map { try $0.tensor() }
        case .named(let sources, let place):
            guard Set(sources.keys) == Set(names) else {
                throw IbexError(
                    .name, at: place, found: "arrays for " + sources.keys.sorted().joined(separator: ", "),
                    expected: "one for each of " + names.joined(separator: ", "))
            }
            return try names.compactMap { try sources[$0]?.tensor() }
        }
    }
}

/// Samples and targets of a description.
struct SampleSource: Sendable {
    private let x: ArrayGroup
    private let y: ArrayGroup

    init(_ section: Section) throws {
        x = try ArrayGroup(section["x"], name: "x")
        y = try ArrayGroup(section["y"], name: "y")
    }

    func samples(of model: Model) throws -> Samples {
        Samples(
            x: try x.tensors(model.inputs.map(\.layer.name)), y: try y.tensors(model.outputNames))
    }
}

/// Samples, their targets, and how much each counts.
struct Samples: Sendable {
    var x: [Tensor]
    var y: [Tensor]
    /// One for all targets, one for each, or none.
    var weights: [Tensor] = []
}
