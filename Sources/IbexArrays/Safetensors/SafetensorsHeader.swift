import IbexGraph

/// The JSON header of a safetensors file, read strictly: one object, of which each value has a known form.
///
/// `{"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, …, "__metadata__": {"key": "text", …}}`; blanks may
/// follow. Nothing nests deeper, so nothing deeper is read.
struct SafetensorsHeader {
    struct Entry {
        var name: String
        var type = ""
        var extents: [Int] = []
        var offsets: [Int] = []
    }

    private(set) var entries: [Entry] = []
    private(set) var metadata: [String: String] = [:]

    /// - Throws: `IbexError` of kind `file` that says where the text is something else.
    init(_ text: [UInt8], place: String) throws {
        var json = JSONReader(text)
        do throws(JSONReader.Unexpected) {
            var names: Set<String> = []
            try json.object { json, name throws(JSONReader.Unexpected) in
                guard names.insert(name).inserted else { throw json.unexpected("each name once") }
                if name == "__metadata__" {
                    try json.object { json, key throws(JSONReader.Unexpected) in
                        let text = try json.string()
                        guard metadata.updateValue(text, forKey: key) == nil else {
                            throw json.unexpected("each key of the metadata once")
                        }
                    }
                } else {
                    entries.append(try Self.entry(name, &json))
                }
            }
            try json.end()
        } catch {
            throw IbexError(
                .file, at: place, found: "another text at byte \(8 + error.position) of the file",
                expected: error.expected,
                remedy: "The file is damaged or no safetensors file: fetch or write it again.")
        }
    }

    private static func entry(_ name: String, _ json: inout JSONReader) throws(JSONReader.Unexpected) -> Entry {
        var entry = Entry(name: name)
        var keys: Set<String> = []
        try json.object { json, key throws(JSONReader.Unexpected) in
            switch key {
            case "dtype": entry.type = try json.string()
            case "shape": entry.extents = try json.numbers()
            case "data_offsets": entry.offsets = try json.numbers()
            default: throw json.unexpected("dtype, shape and data_offsets")
            }
            guard keys.insert(key).inserted else { throw json.unexpected("each of them once") }
        }
        guard keys.count == 3, entry.offsets.count == 2 else { throw json.unexpected("dtype, shape and two offsets") }
        return entry
    }
}
