import IbexArrays
import IbexGraph
import IbexModels

/// Keras 3's weights in several files, none above a size: `model.weights.json` says which of `model_00000.weights.h5`,
/// `model_00001.weights.h5`, … in the same folder hold the arrays of each layer.
///
///     {"metadata": {"total_size": 62104}, "weight_map": {"/layers/dense/vars": "model_00000.weights.h5", …}}
///
/// A layer whose arrays lie in several files has a list of them. Together the files are one of `ObjectWeights`.
enum ShardedWeights {
    static func isFormat(of path: String) -> Bool { path.hasExtension(".weights.json") }

    /// The groups of all files that the index names, as one.
    ///
    /// - Throws: `IbexError` of kind `file` for an index that is none, or that leads out of its folder, for a file that is
    ///   missing or damaged, and for an array that two files have.
    static func read(_ path: String) throws -> HDF5Group {
        let index = try JSON.value(of: InputFile(path).contents(), at: path)
        guard let map = index.object?["weight_map"]?.object else {
            throw IbexError(.file, at: path, found: "no weight_map", expected: "the index of weights in several files")
        }
        var names: Set<String> = []
        for (layer, value) in map {
            for name in value.array ?? [value] {
                guard let name = name.string, HDF5Group.isName(name) else {
                    throw IbexError(
                        .file, at: "\(path), \(layer)", found: name.description, expected: "a file in the same folder")
                }
                names.insert(name)
            }
        }
        var root = HDF5Group()
        for name in names.sorted() { try root.merge(HDF5File.read(sibling(name, of: path)), at: path) }
        return root
    }

    /// Writes the files and then the index; they take their names when all of them are written.
    ///
    /// - Parameter most: the bytes of arrays that a file may have.
    /// - Throws: `IbexError` of kind `argument` where one array has more; of kind `file` where one cannot be written.
    static func write(_ model: Model, to path: String, most: Int) throws {
        let shards = try Shards(ObjectWeights.entries(of: model, includesOptimizer: true), path: path, most: most)
        let map = shards.map.mapValues { files -> ConfigValue in
            files.count == 1 ? .string(files[0]) : .array(files.map { .string($0) })
        }
        let index: ConfigValue = ["metadata": ["total_size": .int(shards.total)], "weight_map": .object(map)]
        try AtomicFile.withFile(at: path) { file in
            try file.write(Array(JSON.text(index, indent: 4).utf8))
            try write(shards.files[...], besides: path)
        }
    }

    /// Each file within the writing of the one before, so that none takes its name before the last one is written.
    private static func write(_ files: ArraySlice<(name: String, root: HDF5Group)>, besides path: String) throws {
        guard let (name, root) = files.first else { return }
        try AtomicFile.write(to: sibling(name, of: path)) { temporary in
            try HDF5File.write(root, to: temporary)
            try write(files.dropFirst(), besides: path)
        }
    }

    static func sibling(_ name: String, of path: String) -> String {
        path.lastIndex(of: "/").map { path[...$0] + name } ?? name
    }
}

/// Arrays shared out among files in the order of their layers, as Keras does: a file is full where the next array would
/// exceed the size.
private struct Shards {
    private(set) var files: [(name: String, root: HDF5Group)] = []
    private(set) var map: [String: [String]] = [:]
    private(set) var total = 0

    init(_ entries: [ObjectWeights.Entry], path: String, most: Int) throws {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let base = String(name.dropLast(".weights.json".count))
        var size = Int.max
        for entry in entries {
            for (index, variable) in entry.variables.enumerated() {
                let array = StoredArray(variable)
                guard array.byteCount <= most else {
                    throw IbexError(
                        .argument, at: variable.name, found: "\(array.byteCount) bytes",
                        expected: "at most \(most), as maxShardSize has it")
                }
                if files.isEmpty || array.byteCount > most - size {
                    files.append(("\(base)_\(Self.fiveDigits(files.count)).weights.h5", HDF5Group()))
                    size = 0
                }
                size += array.byteCount
                total += array.byteCount
                let file = files.count - 1
                files[file].root.put(array, at: "\(entry.path)/\(index)")
                files[file].root.withGroup(at: entry.path) { $0.attributes["name"] = .string(entry.name) }
                if map["/\(entry.path)"]?.last != files[file].name {
                    map["/\(entry.path)", default: []].append(files[file].name)
                }
            }
        }
    }

    private static func fiveDigits(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
}

extension HDF5Group {
    /// Takes over what another one has.
    ///
    /// - Throws: `IbexError` of kind `file` for an array that both have.
    fileprivate mutating func merge(_ other: HDF5Group, at place: String) throws(IbexError) {
        attributes.merge(other.attributes) { $1 }
        for (name, array) in other.arrays {
            guard arrays.updateValue(array, forKey: name) == nil else {
                throw IbexError(
                    .file, at: place, found: "the array \(array.place) in two files", expected: "each array once")
            }
        }
        for (name, group) in other.groups { try groups[name, default: HDF5Group()].merge(group, at: place) }
    }
}
