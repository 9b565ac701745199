import IbexGraph

extension SafetensorsFile {
    /// Writes a file, array by array: those of wide elements first, so that each lies at a multiple of its elements' size,
    /// otherwise in the given order.
    ///
    /// - Throws: `IbexError` of kind `argument` for a name that comes twice or that the format keeps for itself, and for
    ///   a header above 100 MB; of kind `file` where it cannot be written; what reading an array throws. The old file
    ///   stays as it was.
    package static func write(
        _ arrays: [(name: String, array: StoredArray)], metadata: [String: String] = [:], to path: String
    ) throws {
        var names: Set = ["__metadata__"]
        for (name, _) in arrays where !names.insert(name).inserted {
            throw IbexError(
                .argument, at: path, found: "an array of the name \"\(name)\"",
                expected: "each name once, and other than __metadata__")
        }
        let order = arrays.enumerated().sorted {
            (-$0.element.array.dtype.byteCount, $0.offset) < (-$1.element.array.dtype.byteCount, $1.offset)
        }
        let sorted = order.map(\.element)
        let header = header(of: sorted, metadata)
        guard header.count <= 100_000_000 else {
            throw IbexError(
                .argument, at: path, found: "a header of \(header.count) bytes", expected: "at most 100,000,000")
        }
        try AtomicFile.withFile(at: path) { file in
            try withUnsafeBytes(of: UInt64(header.count).littleEndian) { try file.write($0) }
            try file.write(header)
            for (_, array) in sorted { try file.write(array) }
        }
    }

    private static func header(of arrays: [(name: String, array: StoredArray)], _ metadata: [String: String]) -> [UInt8]
    {
        var fields: [String] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
            fields.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
        }
        var begin = 0
        for (name, array) in arrays {
            let type = types.first { $0.value == ElementType(array.dtype) }?.key ?? ""
            let extents = array.shape.extents.map(String.init).joined(separator: ",")
            let end = begin + array.byteCount
            fields.append(
                "\(quoted(name)):{\"dtype\":\"\(type)\",\"shape\":[\(extents)],\"data_offsets\":[\(begin),\(end)]}")
            begin = end
        }
        let text = Array("{\(fields.joined(separator: ","))}".utf8)
        return text + [UInt8](repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
