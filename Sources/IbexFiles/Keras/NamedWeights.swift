import IbexArrays
import IbexGraph
import IbexModels
import IbexRuntime

/// Weights as arrays under the paths of their variables, `dense/kernel`: safetensors files, and `.npz`.
enum NamedWeights {
    static func isFormat(of path: String) -> Bool { path.hasExtension(".safetensors", ".npz") }

    /// The weights in their order; of several with one path, the later ones are numbered.
    private static func named(_ model: Model) -> [(name: String, variable: Variable)] {
        var counts: [String: Int] = [:]
        return model.weights.map { variable in
            let count = counts[variable.name, default: 0]
            counts[variable.name] = count + 1
            return (count == 0 ? variable.name : "\(variable.name)_\(count)", variable)
        }
    }

    static func write(_ model: Model, to path: String) throws {
        let arrays = named(model).map { (name: $0.name, array: StoredArray($0.variable)) }
        if path.hasExtension(".npz") {
            try NPZFile.write(arrays, to: path)
        } else {
            try SafetensorsFile.write(arrays, to: path)
        }
    }

    /// Which array goes into which weight: each weight needs one, and each array a weight.
    static func plan(_ path: String, for model: Model, skipsMismatch: Bool) throws -> WeightPlan {
        let stored =
            path.hasExtension(".npz") ? try NPZFile.arrays(in: path) : try SafetensorsFile(path: path).arrays
        var arrays = Dictionary(uniqueKeysWithValues: stored.map { ($0.name, $0.array) })
        var plan = WeightPlan(skipsMismatch: skipsMismatch)
        for (name, variable) in named(model) {
            let array = arrays.removeValue(forKey: name)
            try plan.add(array.map { [$0] } ?? [], to: [variable], at: "\(path), \(name)")
        }
        if let name = arrays.keys.min() {
            try plan.leaveOut(
                IbexError(
                    .file, at: path, found: "an array \"\(name)\"", expected: "the weights of \(model.name) alone",
                    remedy: "skipMismatch: true passes over it."))
        }
        return plan
    }
}
