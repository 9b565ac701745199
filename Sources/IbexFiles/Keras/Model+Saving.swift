import IbexArrays
import IbexGraph
import IbexModels
import IbexRuntime

extension Model {
    /// Saves the whole model: layers and their arguments, weights, and, where it is compiled, how it is trained with the
    /// optimizer's state, so that training goes on where it stopped.
    ///
    /// The path's ending chooses the format: `.keras` is Keras 3's, `.h5` and `.hdf5` are what both Keras 2 and 3 read. The
    /// file is written under another name beside it and then renamed: at every moment the old one or the new one is
    /// there as a whole.
    ///
    ///     try model.save("digits.keras")
    ///     try model.save("digits.h5", style: .keras2)
    ///
    /// - Parameters:
    ///   - style: whose `.h5` is written. Keras 2 reads its own alone, Keras 3 both, but not Keras 2's models inside models,
    ///     nor its layers with `groups`; here both are read, and a model from Keras 2's trains on with Keras 2's formulas.
    ///   - includeOptimizer: whether what `compile` settled is saved too.
    /// - Throws: `IbexError` of kind `file` where it cannot be written, or for another ending; of kind `state` for a model
    ///   that is not built; of kind `name` or `argument` where a layer cannot be saved.
    public func save(_ path: String, style: KerasStyle = .keras3, includeOptimizer: Bool = true) throws {
        try requireWeights(toSave: path)
        if path.hasExtension(".keras") {
            guard style == .keras3 else {
                throw IbexError(
                    .argument, at: path, found: "style .keras2", expected: "style .keras3: .keras is Keras 3's format",
                    remedy: "Save to .h5 for Keras 2.")
            }
            try KerasArchive.write(self, to: path, includesOptimizer: includeOptimizer)
        } else if path.hasExtension(".h5", ".hdf5") {
            let root = try LegacyFile.group(of: self, style: style, includesOptimizer: includeOptimizer)
            try HDF5File.write(root, to: path)
        } else {
            throw IbexError(
                .file, at: path, found: "an ending that stands for no format", expected: ".keras, .h5 or .hdf5")
        }
    }

    /// Saves the weights alone, for a model of the same layers to load.
    ///
    /// A path that ends in `.weights.h5` gives Keras 3's format, with the optimizer's state where the model is compiled;
    /// another one in `.h5` or `.hdf5` gives the older format that Keras 2 reads, without it; `.safetensors` and `.npz` have
    /// each weight under its path, such as `dense/kernel`. Written as `save` writes. With `maxShardSize` the path ends in
    /// `.weights.json`, and files beside it, `digits_00000.weights.h5` and on, hold the arrays.
    ///
    ///     try model.saveWeights("digits.weights.h5")
    ///     try model.saveWeights("large.weights.json", maxShardSize: 2)
    ///
    /// - Parameter maxShardSize: how much of the arrays a file may hold, in GiB.
    /// - Throws: `IbexError` of kind `file` where it cannot be written, or for another ending; of kind `state` for a model
    ///   that is not built.
    public func saveWeights(_ path: String, style: KerasStyle = .keras3, maxShardSize: Double? = nil) throws {
        try requireWeights(toSave: path)
        guard ShardedWeights.isFormat(of: path) == (maxShardSize != nil) else {
            throw IbexError(
                .argument, at: path, found: maxShardSize.map { "maxShardSize: \($0)" } ?? "no maxShardSize",
                expected: "one for a path that ends in .weights.json, and none for another")
        }
        if let maxShardSize {
            let most = Int(exactly: (maxShardSize * 0x1p30).rounded(.down)) ?? .max
            try ShardedWeights.write(self, to: path, most: most)
        } else if path.hasExtension(".weights.h5") {
            try HDF5File.write(try ObjectWeights.group(of: self, includesOptimizer: true), to: path)
        } else if path.hasExtension(".h5", ".hdf5") {
            try HDF5File.write(try LegacyWeights.group(of: self, style: style), to: path)
        } else if NamedWeights.isFormat(of: path) {
            try NamedWeights.write(self, to: path)
        } else {
            throw IbexError(
                .file, at: path, found: "an ending that stands for no format",
                expected: ".weights.h5, .safetensors, .npz, or .h5 for Keras 2's format")
        }
    }

    private func requireWeights(toSave path: String) throws(IbexError) {
        guard !isBuilt else { return }
        throw IbexError(
            .state, at: "\(path), \(place)", found: "a model without weights", expected: "one that is built",
            remedy: "Begin it with an Input, or call it on data first.")
    }
}
