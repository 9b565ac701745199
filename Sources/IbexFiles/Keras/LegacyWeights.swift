import IbexArrays
import IbexGraph
import IbexModels
import IbexRuntime

/// Weights as Keras's `.h5` files keep them: a group for each layer of the model, in it an array for each weight.
///
///     layer_names = ["dense", "relu"]               attribute of the group
///     dense/      weight_names = ["dense/kernel:0", "dense/bias:0"]
///     dense/dense/kernel:0, dense/dense/bias:0      arrays
///     relu/       weight_names = []
///     top_level_model_weights/                      those that the model itself made
///
/// The arrays of a layer are those of its trainable weights, then the others; a model inside the model counts as one
/// layer. Keras 2 and 3 differ in the names alone, so an array is always found by `weight_names`.
enum LegacyWeights {
    /// How the layers of the file find those of the model.
    enum Matching {
        /// One after another, those without weights left out: Keras's rule for weights alone.
        case order
        /// By name, and none is left over: for a model and its weights out of one file.
        case names
        /// By name, where there are any of the same name.
        case sharedNames
    }

    private struct SavedLayer {
        let name: String
        let arrays: [StoredArray]
    }

    static let ownGroup = "top_level_model_weights"

    /// - Throws: `IbexError` of kind `file` where layers, counts, shapes or types do not fit the model.
    static func plan(
        _ group: HDF5Group, for model: Model, at place: String, matching: Matching, skipsMismatch: Bool = false
    ) throws -> WeightPlan {
        var plan = WeightPlan(skipsMismatch: skipsMismatch)
        guard let names = group.strings(named: "layer_names") else {
            throw IbexError(
                .file, at: place, found: "no attribute layer_names", expected: "the names of the model's layers")
        }
        let saved = try names.map { SavedLayer(name: $0, arrays: try arrays(of: group, $0, at: place)) }
        for (layer, saved) in try pairs(saved, model, matching, at: place) {
            try plan.add(saved.arrays, to: layer.legacyWeights, at: "\(place), \(layer.place)")
        }
        if group.groups[ownGroup] != nil {
            let own = try arrays(of: group, ownGroup, at: place)
            try plan.add(own, to: model.ownVariables, at: "\(place), \(model.place), weights of its own")
        }
        return plan
    }

    private static func pairs(
        _ saved: [SavedLayer], _ model: Model, _ matching: Matching, at place: String
    ) throws(IbexError) -> [(Layer, SavedLayer)] {
        if matching == .sharedNames {
            return saved.flatMap { saved in model.layers.filter { $0.name == saved.name }.map { ($0, saved) } }
        }
        let saved = saved.filter { !$0.arrays.isEmpty }
        let layers = model.layers.filter { !$0.weights.isEmpty }
        guard saved.count == layers.count else {
            throw IbexError(
                .file, at: place, found: "\(saved.count) layers with weights: " + saved.map(\.name).listed,
                expected: "\(layers.count), as in model \(model.name): " + layers.map(\.name).listed,
                remedy: model.isBuilt ? "With byName: true, layers of the same name are loaded." : "Build the model.")
        }
        guard matching == .names else { return Array(zip(layers, saved)) }
        var pairs: [(Layer, SavedLayer)] = []
        for layer in layers {
            guard let found = saved.first(where: { $0.name == layer.name }) else {
                throw IbexError(
                    .file, at: place, found: "no weights for \(layer.place)",
                    expected: "a group of that name among " + saved.map(\.name).listed)
            }
            pairs.append((layer, found))
        }
        return pairs
    }

    /// The arrays of a layer's group, as its `weight_names` lists them.
    private static func arrays(
        of group: HDF5Group, _ name: String, at place: String
    ) throws(IbexError) -> [StoredArray] {
        guard let layer = group.group(at: name), let names = layer.strings(named: "weight_names") else {
            throw IbexError(
                .file, at: "\(place), layer \(name)", found: "no group with weight_names",
                expected: "one for each of layer_names")
        }
        return try layer.arrays(named: names, at: "\(place), layer \(name)")
    }

    /// The weights of a model, to be read when it is their turn.
    ///
    /// - Throws: `IbexError` of kind `name` where two layers have one name: the file could hold one of them only.
    static func group(of model: Model, style: KerasStyle) throws(IbexError) -> HDF5Group {
        var group = HDF5Group()
        group.setStrings(model.layers.map(\.name), named: "layer_names")
        group.attributes["backend"] = .string("tensorflow")
        group.attributes["keras_version"] = .string(style.version)
        for layer in model.layers {
            guard group.group(at: layer.name)?.attributes["weight_names"] == nil, layer.name != ownGroup else {
                throw IbexError(
                    .name, at: model.place, found: "two layers named \"\(layer.name)\"",
                    expected: "a name of its own for each", remedy: "Name the layers, or save to .weights.h5.")
            }
            group.withGroup(at: layer.name) { $0.put(layer.legacyWeights, style: style) }
        }
        group.withGroup(at: ownGroup) { $0.put(model.ownVariables, style: style) }
        return group
    }
}

extension HDF5Group {
    /// The arrays at these paths.
    ///
    /// - Throws: `IbexError` of kind `file` for a path where there is none.
    func arrays(named names: [String], at place: String) throws(IbexError) -> [StoredArray] {
        var arrays: [StoredArray] = []
        for name in names {
            guard let array = array(at: name) else {
                throw IbexError(
                    .file, at: place, found: "no array at \(name)", expected: "one for each of weight_names")
            }
            arrays.append(array)
        }
        return arrays
    }

    /// Puts variables under their names, which `weight_names` lists.
    mutating func put(_ variables: [Variable], style: KerasStyle) {
        put(variables.map { (style.path($0.name), StoredArray($0)) })
    }

    /// Puts arrays under these names, which `weight_names` lists; a name that is taken, or would be both a group and an
    /// array, is given a number.
    mutating func put(_ arrays: [(name: String, array: StoredArray)]) {
        var names: [String] = []
        var (taken, groups): (Set<String>, Set<String>) = ([], [])
        for (name, array) in arrays {
            let isTaken = taken.contains(name) || groups.contains(name) || !taken.isDisjoint(with: name.parentPaths)
            let unique = isTaken ? "\(name)_\(names.count)" : name
            names.append(unique)
            taken.insert(unique)
            groups.formUnion(unique.parentPaths)
            put(array, at: unique)
        }
        setStrings(names, named: "weight_names")
    }
}

extension Layer {
    /// The order of a layer's weights in `.h5` files.
    fileprivate var legacyWeights: [Variable] { trainableWeights + nonTrainableWeights }
}

extension String {
    /// `a` and `a/b` of `a/b/c`.
    fileprivate var parentPaths: [String] {
        indices.filter { self[$0] == "/" }.map { String(self[..<$0]) }
    }
}

extension [String] {
    /// The first few, for errors.
    fileprivate var listed: String {
        prefix(8).joined(separator: ", ") + (count > 8 ? ", …" : isEmpty ? "none" : "")
    }
}
