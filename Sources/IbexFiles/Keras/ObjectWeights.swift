import IbexArrays
import IbexGraph
import IbexModels
import IbexRuntime

/// Weights as Keras 3's `.weights.h5` keeps them, in files of their own and inside `.keras`: a walk through the model,
/// for each layer a group with the arrays `vars/0`, `vars/1`, …
///
///     vars/                                   the model's own; attribute name: the model's name
///     layers/dense/vars/0, 1                  kernel and bias of the first Dense; attribute name: the layer's name
///     layers/dense_1/vars/0, 1                of the second one
///     layers/time_distributed/layer/vars/0    a layer in a property
///     optimizer/vars/0, 1, …                  where the model is compiled
enum ObjectWeights {
    /// - Parameter checksNames: whether a layer's name in the file must be the model's, as it is where both come from one
    ///   file.
    /// - Throws: `IbexError` of kind `file` where a layer's arrays are missing, or counts, shapes or types do not fit.
    static func plan(
        _ root: HDF5Group, for model: Model, at place: String, checksNames: Bool, skipsMismatch: Bool = false
    ) throws -> WeightPlan {
        var plan = WeightPlan(skipsMismatch: skipsMismatch)
        for object in ObjectWalk(model, style: style(of: root)).objects {
            let place = "\(place), \(object.layer.place)"
            let group = root.group(at: object.path)
            let arrays = try group?.numberedArrays(at: place) ?? []
            if checksNames, object.isListed, let name = group?.attributes["name"]?.string, name != object.layer.name {
                throw IbexError(
                    .file, at: place, found: "the weights of \"\(name)\" at \(object.path)",
                    expected: "those of \"\(object.layer.name)\"")
            }
            try plan.add(arrays, to: object.layer.savedVariables, at: "\(place), \(object.path)")
        }
        return plan
    }

    /// Which Keras wrote a file: 2.12 and 2.13 name the lists of layers otherwise.
    static func style(of root: HDF5Group) -> KerasStyle {
        root.groups[ObjectWalk.listName(.keras2)] == nil ? .keras3 : .keras2
    }

    /// The variables of a layer or of the optimizer, and where they stand.
    struct Entry {
        let name: String
        let path: String
        let variables: [Variable]
    }

    /// The weights of a model, and its optimizer's state where it is compiled, in Keras's order.
    static func entries(of model: Model, includesOptimizer: Bool) throws -> [Entry] {
        var entries = ObjectWalk(model, style: .keras3).objects.map {
            Entry(name: $0.layer.name, path: $0.path, variables: $0.layer.savedVariables)
        }
        guard includesOptimizer, let optimizer = try model.savedOptimizer() else { return entries }
        entries.append(Entry(name: optimizer.name, path: optimizerPath, variables: optimizer.variables))
        if let inner = (optimizer as? LossScaleOptimizer)?.innerOptimizer {
            let path = "optimizer/inner_optimizer/vars"
            entries.append(Entry(name: inner.name, path: path, variables: inner.variables))
        }
        return entries
    }

    /// The same as a group, to be read when it is its turn.
    static func group(of model: Model, includesOptimizer: Bool) throws -> HDF5Group {
        var root = HDF5Group()
        for entry in try entries(of: model, includesOptimizer: includesOptimizer) {
            root.put(entry.variables, name: entry.name, at: entry.path)
        }
        return root
    }

    private static let optimizerPath = "optimizer/vars"

    /// The state of the optimizer; none where the file has none.
    static func optimizerEntries(_ root: HDF5Group, at place: String) throws(IbexError) -> [OptimizerWeights.Entry] {
        try root.group(at: optimizerPath)?.numberedArrays(at: "\(place), \(optimizerPath)").map {
            OptimizerWeights.Entry(array: $0)
        } ?? []
    }
}

extension Model {
    /// The optimizer, with its step counter and learning rate where it has not trained yet.
    func savedOptimizer() throws -> Optimizer? {
        guard let optimizer else { return nil }
        if optimizer.iterations == nil { try withDevice(device) { try optimizer.build([]) } }
        return optimizer
    }
}

extension HDF5Group {
    /// The arrays `0`, `1`, … in this order.
    ///
    /// - Throws: `IbexError` of kind `file` where one is missing, or named otherwise.
    func numberedArrays(at place: String) throws(IbexError) -> [StoredArray] {
        let found = arrays.count
        let numbered = (0..<found).compactMap { arrays[String($0)] }
        guard numbered.count == found else {
            throw IbexError(
                .file, at: place, found: "arrays named " + arrays.keys.sorted().prefix(8).joined(separator: ", "),
                expected: "0 to \(found - 1)")
        }
        return numbered
    }

    /// Puts variables at a path as `0`, `1`, …, with the name of what they belong to.
    mutating func put(_ variables: [Variable], name: String, at path: String) {
        withGroup(at: path) { group in
            group.attributes["name"] = .string(name)
            for (index, variable) in variables.enumerated() { group.arrays[String(index)] = StoredArray(variable) }
        }
    }
}
