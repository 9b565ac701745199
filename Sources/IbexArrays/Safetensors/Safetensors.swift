import IbexGraph
import IbexRuntime

/// Reads all tensors of a safetensors file, in the order in which they lie in it.
///
/// Whole numbers of types that `DType` does not have are read as `loadNPY` reads them.
///
///     let weights = try loadSafetensors("weights.safetensors")
///     let kernel = weights["dense/kernel"]            // Tensor?
///
/// - Throws: `IbexError` of kind `file` where the file cannot be read, is damaged, or holds a type of another kind.
public func loadSafetensors(_ path: String) throws -> NamedTensors {
    try NamedTensors(SafetensorsFile(path: path).arrays.map { ($0.name, try $0.array.tensor()) })
}

/// Writes tensors to a safetensors file: those of wide elements first, otherwise in this order.
///
///     try saveSafetensors(["kernel": kernel, "bias": bias], to: "weights.safetensors", metadata: ["epoch": "3"])
///
/// - Parameter metadata: texts to keep with the tensors.
/// - Throws: `IbexError` of kind `file` where the file cannot be written, and the old one is as it was; of kind `argument`
///   for the name `__metadata__`, which the format keeps for itself.
public func saveSafetensors(_ tensors: NamedTensors, to path: String, metadata: [String: String] = [:]) throws {
    let arrays = tensors.map { (name: $0.name, array: StoredArray($0.tensor, place: "\(path), \($0.name)")) }
    try SafetensorsFile.write(arrays, metadata: metadata, to: path)
}
