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
        let weights = named(model)
        if path.hasExtension(".npz") {
            try saveNPZ(NamedTensors(weights.map { ($0.name, $0.variable.value) }), to: path)
        } else {
            try SafetensorsFile.write(weights.map { ($0.name, StoredArray($0.variable)) }, to: path)
        }
    }

    /// Which array goes into which weight: each weight needs one, and each array a weight.
    static func plan(_ path: String, for model: Model, skipsMismatch: Bool) throws -> WeightPlan {
        var arrays: [String: StoredArray] = [:]
        if path.hasExtension(".npz") {
            for (name, tensor) in try loadNPZ(path) { arrays[name] = StoredArray(tensor, place: "\(path), \(name)") }
        } else {
            for (name, array) in try SafetensorsFile(path: path).arrays { arrays[name] = array }
        }
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
