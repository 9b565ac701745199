import Foundation
import IbexGraph

/// A file of named tensors: the header's length (8 bytes, little endian), a JSON header, the data.
///
/// Reads `F32`, `F64`, `I32`, `I64`, `U8` and `BOOL`; checks every length and offset before it
/// reads, so that a damaged file throws and never traps.
///
///     let file = try SafetensorsFile(contentsOf: url)
///     let kernel = try file.values("dense:weight.kernel")
public struct SafetensorsFile: Sendable {
    private struct Entry: Sendable {
        let dtype: DType
        let shape: Shape
        let bytes: Range<Int>
    }

    private let name: String
    private let data: Data
    private let entries: [String: Entry]

    public init(contentsOf url: URL) throws {
        try self.init(Data(contentsOf: url), name: url.lastPathComponent)
    }

    /// - Throws: `IbexError` of kind `file` where the container is not whole.
    public init(_ data: Data, name: String) throws {
        let data = Data(data)
        func wrong(_ found: String, _ expected: String) -> IbexError {
            IbexError(.file, at: name, found: found, expected: expected)
        }
        guard data.count >= 8 else { throw wrong("\(data.count) bytes", "at least 8") }
        let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(data[$1]) << UInt64(8 * $1) }
        guard length <= UInt64(data.count - 8) else {
            throw wrong("a header of \(length) bytes", "at most the \(data.count - 8) that follow")
        }
        let start = 8 + Int(length)
        let header = try? JSONSerialization.jsonObject(with: data.subdata(in: 8..<start))
        guard let header = header as? [String: Any] else { throw wrong("a header that is no JSON object", "one") }
        var entries: [String: Entry] = [:]
        for (key, value) in header where key != "__metadata__" {
            guard let fields = value as? [String: Any], let typeName = fields["dtype"] as? String,
                let extents = fields["shape"] as? [Int], let offsets = fields["data_offsets"] as? [Int],
                offsets.count == 2, extents.allSatisfy({ $0 >= 0 })
            else { throw wrong("a malformed entry for \(key)", "dtype, shape and data_offsets") }
            guard let dtype = Self.dtypes[typeName] else {
                throw wrong("\(typeName) for \(key)", "one of \(Self.dtypes.keys.sorted())")
            }
            let count = extents.reduce((partialValue: dtype.byteCount, overflow: false)) {
                let product = $0.partialValue.multipliedReportingOverflow(by: $1)
                return (product.partialValue, $0.overflow || product.overflow)
            }
            guard offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= data.count - start, !count.overflow,
                offsets[1] - offsets[0] == count.partialValue
            else { throw wrong("bytes \(offsets) for \(key) of shape \(extents)", "its \(count.partialValue) bytes") }
            entries[key] = Entry(
                dtype: dtype, shape: Shape(extents), bytes: start + offsets[0]..<start + offsets[1])
        }
        self.name = name
        self.data = data
        self.entries = entries
    }

    private static let dtypes: [String: DType] = [
        "F32": .float32, "F64": .float64, "I32": .int32, "I64": .int64, "U8": .uint8, "BOOL": .bool,
    ]

    /// The names of all tensors, sorted.
    public var names: [String] { entries.keys.sorted() }

    /// - Throws: `IbexError` of kind `name` where there is no such tensor.
    public func values(_ key: String) throws -> Values {
        guard let entry = entries[key] else {
            throw IbexError(.name, at: name, found: "no tensor \(key)", expected: "one of its \(entries.count)")
        }
        let bytes = data[entry.bytes]
        switch entry.dtype {
        case .float32: return Values(entry.shape, of: scalars(bytes, zero: Float(0)))
        case .float64: return Values(entry.shape, of: scalars(bytes, zero: Double(0)))
        case .int32: return Values(entry.shape, of: scalars(bytes, zero: Int32(0)))
        case .int64: return Values(entry.shape, of: scalars(bytes, zero: Int64(0)))
        case .bool: return Values(entry.shape, of: bytes.map { $0 != 0 })
        default: return Values(entry.shape, of: [UInt8](bytes))
        }
    }

    /// Copies, since the bytes may not lie aligned in the file.
    private func scalars<Scalar: BitwiseCopyable>(_ bytes: Data, zero: Scalar) -> [Scalar] {
        var result = [Scalar](repeating: zero, count: bytes.count / MemoryLayout<Scalar>.size)
        _ = result.withUnsafeMutableBytes { bytes.copyBytes(to: $0) }
        return result
    }
}
