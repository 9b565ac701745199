import CIbexHDF5File
import Glibc
import IbexArrays
import IbexGraph

extension HDF5File {
    /// Writes a file, one array at a time, as h5py writes it: texts of any length in UTF-8, arrays little-endian and
    /// in one piece, an empty list of texts as an empty array of numbers, bfloat16 as Keras has it.
    ///
    /// - Throws: `IbexError` of kind `file` where the file cannot be written; an old file is as it was then. Of kind
    ///   `name` for a name that HDF5 cannot hold. What reading an array throws.
    package static func write(_ root: HDF5Group, to path: String) throws {
        try AtomicFile.write(to: path) { (temporary: String) in
            let descriptor = open(temporary, O_RDWR | O_CLOEXEC)
            guard descriptor >= 0 else { throw IbexError.system(path, expected: "a file that can be written to") }
            defer { close(descriptor) }
            try write(root, to: descriptor, place: path)
        }
    }

    /// Writes to an empty file that is open.
    package static func write(_ root: HDF5Group, to descriptor: Int32, place: String) throws {
        guard let writer = ibex_h5_writer_open(descriptor) else {
            throw IbexError(.memory, at: place, found: "no memory to write in", expected: "free memory")
        }
        defer { ibex_h5_writer_free(writer) }
        let writing = HDF5Writing(writer: writer, place: place)
        try writing.write(root, at: "")
        try writing.check(ibex_h5_writer_finish(writer))
    }
}

/// A file on its way to the disk.
private struct HDF5Writing {
    let writer: OpaquePointer
    let place: String
    private let buffer = ArrayBuffer()

    /// Throws where a call failed.
    func check(_ failure: Int32) throws {
        guard failure == 0 else {
            throw IbexError(
                .file, at: place, found: String(cString: ibex_h5_writer_message(writer)),
                expected: "contents that HDF5 can hold, and a disk with room", remedy: "The file is as it was before.")
        }
    }

    func write(_ group: HDF5Group, at path: String) throws {
        for (name, value) in group.attributes.sorted(by: { $0.key < $1.key }) {
            try write(value, named: name, at: path.isEmpty ? "/" : path)
        }
        for (name, array) in group.arrays.sorted(by: { $0.key < $1.key }) {
            try requireName(name, in: path)
            try write(array, at: "\(path)/\(name)")
        }
        for (name, inner) in group.groups.sorted(by: { $0.key < $1.key }) {
            try requireName(name, in: path)
            guard group.arrays[name] == nil else {
                throw IbexError(
                    .name, at: place, found: "a group and an array '\(path)/\(name)'", expected: "one of them")
            }
            try check(ibex_h5_write_group(writer, "\(path)/\(name)"))
            try write(inner, at: "\(path)/\(name)")
        }
    }

    private func write(_ value: HDF5Attribute, named name: String, at path: String) throws {
        switch value {
        case .string(let text):
            try requireText(text, name)
            try check(ibex_h5_write_text(writer, path, name, text))
        case .numbers(let numbers):
            try check(ibex_h5_write_numbers(writer, path, name, numbers.count, numbers))
        case .strings(let texts) where texts.isEmpty: try check(ibex_h5_write_numbers(writer, path, name, 0, []))
        case .strings(let texts):
            try texts.forEach { try requireText($0, name) }
            let pointers = texts.map { UnsafePointer(strdup($0)) }
            defer { pointers.forEach { free(UnsafeMutableRawPointer(mutating: $0)) } }
            try check(ibex_h5_write_texts(writer, path, name, texts.count, pointers))
        }
    }

    private func write(_ array: StoredArray, at path: String) throws {
        let elements = HDF5Elements(array.dtype)
        let extents = array.shape.extents.map(UInt64.init)
        try buffer.withBytes(of: array) {
            try check(
                ibex_h5_write_array(writer, path, elements.kind, Int32(extents.count), extents, $0.baseAddress))
        }
    }

    private func requireName(_ name: String, in path: String) throws {
        guard HDF5Group.isName(name) else {
            throw IbexError(
                .name, at: place, found: "the name '\(name)' in the group '\(path)/'",
                expected: "a name without '/' and NUL that is not empty, '.' or '..'")
        }
    }

    private func requireText(_ text: String, _ name: String) throws {
        guard text.withCString(strlen) == text.utf8.count else {
            throw IbexError(
                .data, at: place, found: "a NUL character in the attribute '\(name)'", expected: "text without it")
        }
    }
}
