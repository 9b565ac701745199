import IbexGraph
import IbexRuntime

/// Reads all arrays from a file of NumPy's format `.npz`, as `numpy.load` does; it may be compressed.
///
///     let arrays = try loadNPZ("data.npz")
///     let (x, y) = (arrays["x"], arrays["y"])     // Tensor?
///
/// - Throws: as `loadNPY`.
public func loadNPZ(_ path: String) throws -> NamedTensors {
    try NamedTensors(NPZFile.arrays(in: path).map { ($0.name, try $0.array.tensor()) })
}

/// Writes tensors to a file of NumPy's format `.npz`, as `numpy.savez` does.
///
///     try saveNPZ(["x": x, "y": y], to: "data.npz", compressed: true)
///
/// - Parameter compressed: whether the arrays are deflated, as by `numpy.savez_compressed`.
/// - Throws: as `saveNPY`; of kind `argument` also for names that a file in an archive cannot have, and for no tensors.
public func saveNPZ(_ tensors: NamedTensors, to path: String, compressed: Bool = false) throws {
    let arrays = tensors.map { (name: $0.name, array: StoredArray($0.tensor, place: "\(path), \($0.name)")) }
    try NPZFile.write(arrays, to: path, compressed: compressed)
}

/// Arrays in a zip archive, each a file of its name and `.npy`.
package enum NPZFile {
    /// The arrays, in the archive's order.
    package static func arrays(in path: String) throws -> [(name: String, array: StoredArray)] {
        try arrays(in: ZipArchive(path: path))
    }

    static func arrays(in archive: ZipArchive) throws -> [(name: String, array: StoredArray)] {
        try archive.members.map { member in
            let place = "\(archive.place), \(member.name)"
            guard member.name.hasSuffix(".npy") else {
                throw IbexError(
                    .file, at: place, found: "a file of another kind", expected: "arrays alone, named .npy")
            }
            let array = try StoredArray(npy: place, byteCount: member.byteCount) { try archive.read(member, $0) }
            return (String(member.name.dropLast(4)), array)
        }
    }

    package static func write(
        _ arrays: [(name: String, array: StoredArray)], to path: String, compressed: Bool = false
    ) throws {
        let members = try arrays.map { name, array in
            let type = TensorType(array.shape, array.dtype)
            let header = try NPYHeader.bytes(for: type, place: array.place)
            return ZipArchive.NewMember("\(name).npy", byteCount: header.count + type.byteCount) {
                try array.bytes(after: header)
            }
        }
        try ZipArchive.write(members, to: path, compressed: compressed)
    }
}
