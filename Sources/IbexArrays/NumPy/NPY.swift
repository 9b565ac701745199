import IbexGraph
import IbexRuntime

/// Reads an array from a file of NumPy's format `.npy`, as `numpy.load` does.
///
/// Read are truth values and whole and real numbers of up to 8 bytes, in both byte orders, row by row or column by column.
/// A type that `DType` does not have is read as the narrowest that holds all of its values: `int8`, `int16` and `uint16`
/// as `int32`, `uint32` as `int64`, and `uint64` as `int64` where its numbers fit.
///
///     let images = try loadNPY("images.npy")      // (60000, 28, 28), uint8
///
/// - Throws: `IbexError` of kind `file` where the file cannot be read, is damaged, or holds other things, such as
///   complex numbers, texts or Python objects.
public func loadNPY(_ path: String) throws -> Tensor { try StoredArray(npy: path).tensor() }

/// Writes a tensor to a file of NumPy's format `.npy`, as `numpy.save` does, byte for byte.
///
///     try saveNPY(predictions, to: "predictions.npy")
///
/// - Throws: `IbexError` of kind `file` where the file cannot be written, and the old one is as it was; of kind `argument`
///   for `bfloat16`, which NumPy does not have.
public func saveNPY(_ tensor: Tensor, to path: String) throws {
    let header = try NPYHeader.bytes(for: tensor.type, place: path)
    try AtomicFile.withFile(at: path) { file in
        try file.write(header)
        try file.write(StoredArray(tensor, place: path))
    }
}

extension StoredArray {
    /// The array of a file in NumPy's format.
    package init(npy path: String) throws {
        let file = try InputFile(path)
        try self.init(npy: path, byteCount: file.byteCount) { body in try body(file.source()) }
    }
}
