import IbexArrays
import IbexGraph
import IbexModels
import IbexRuntime

/// The model that a file holds, as Keras or `save` wrote it: `.keras`, or `.h5` of Keras 2 or 3.
///
/// The contents tell the format, whatever the name. The weights lie on the current device. Layers, losses and the like of
/// your own are named by `withCustomObjects`.
///
///     let model = try loadModel("digits.h5")
///     let probabilities = try model.predict(images)
///
/// - Parameter compile: whether the model is compiled as it was, with the optimizer's state, where the file says how.
/// - Throws: `IbexError` of kind `file` where the file is damaged or is no model; of kind `name` for a layer, loss or the
///   like that is not known.
public func loadModel(_ path: String, compile: Bool = true) throws -> Model {
    switch try ModelFileFormat(contentsOf: path) {
    case .archive: try KerasArchive.model(at: path, compiles: compile)
    case .hdf5: try LegacyFile.model(from: try HDF5File.read(path), at: path, compiles: compile)
    }
}

extension Model {
    /// Replaces the weights by those of a file: weights that Keras or `saveWeights` saved, or the weights of a whole model.
    ///
    /// The layers of the model and of the file go together in order; those without weights do not count. Where the file
    /// has the optimizer's state, the model's optimizer takes it over if it has trained and is of the same kind. Everything
    /// is checked and read before the first weight changes: after an error the model is as it was.
    ///
    ///     try model.loadWeights("digits.weights.h5")
    ///     try model.loadWeights("vgg.h5", byName: true, skipMismatch: true)
    ///
    /// - Parameters:
    ///   - byName: whether layers go together by their names, and others stay as they are; for `.h5` files in the older
    ///     format, which have the names.
    ///   - skipMismatch: whether arrays of another shape or number are passed over, with a warning in the log.
    /// - Throws: `IbexError` of kind `file` where the file is damaged or does not fit; of kind `state` for a model that
    ///   is not built.
    public func loadWeights(_ path: String, byName: Bool = false, skipMismatch: Bool = false) throws {
        guard isBuilt else {
            throw IbexError(
                .state, at: "\(path), \(place)", found: "a model without weights", expected: "one that is built",
                remedy: "Begin it with an Input, or call it on data first.")
        }
        if NamedWeights.isFormat(of: path) {
            return try NamedWeights.plan(path, for: self, skipsMismatch: skipMismatch).load(on: device)
        }
        let root =
            if ShardedWeights.isFormat(of: path) {
                try ShardedWeights.read(path)
            } else {
                switch try ModelFileFormat(contentsOf: path) {
                case .archive: try KerasArchive.weights(at: path)
                case .hdf5: try HDF5File.read(path)
                }
            }
        try weightPlan(root, at: path, byName: byName, skipsMismatch: skipMismatch).load(on: device)
    }

    private func weightPlan(
        _ root: HDF5Group, at path: String, byName: Bool, skipsMismatch: Bool
    ) throws -> WeightPlan {
        let isWhole = root.groups["model_weights"] != nil
        let group = root.groups["model_weights"] ?? root
        if isWhole || group.strings(named: "layer_names") != nil {
            return try LegacyWeights.plan(
                group, for: self, at: path, matching: byName ? .sharedNames : .order, skipsMismatch: skipsMismatch)
        }
        guard !byName else {
            throw IbexError(
                .argument, at: path, found: "byName: true for a file without the layers' names",
                expected: "an .h5 file in the format of Keras 2")
        }
        var plan = try ObjectWeights.plan(
            root, for: self, at: path, checksNames: false, skipsMismatch: skipsMismatch)
        let entries = try ObjectWeights.optimizerEntries(root, at: path)
        if let optimizer, optimizer.iterations != nil, !entries.isEmpty {
            plan.add(
                entries, to: optimizer, style: ObjectWeights.style(of: root), at: "\(path), state of the optimizer")
        }
        return plan
    }
}
