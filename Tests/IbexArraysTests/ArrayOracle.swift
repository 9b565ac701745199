import Foundation
import IbexGraph
import IbexTestSupport
import Testing

@testable import IbexArrays

/// Files that NumPy and safetensors wrote, and what is in them: `Tests/Oracle/generate_arrays.py`.
struct ArrayOracle {
    static let folder = OracleCatalogue.folder.appendingPathComponent("arrays")
    static let shared = Result { try ArrayOracle() }

    /// By the file's name: `array`, or `arrays` with a `name` each.
    let files: [String: JSONValue]

    private init() throws {
        let index = try JSONValue(parsing: Data(contentsOf: Self.folder.appendingPathComponent("arrays.json")))
        files = try #require(index["files"]?.object)
    }

    static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    static func bytes(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: folder.appendingPathComponent(name)))
    }

    /// The type that one of NumPy's types is read as.
    private static let types: [String: DType] = [
        "bool": .bool, "uint8": .uint8, "int8": .int32, "int16": .int32, "uint16": .int32, "int32": .int32,
        "uint32": .int64, "uint64": .int64, "int64": .int64, "float16": .float16, "bfloat16": .bfloat16,
        "float32": .float32, "float64": .float64,
    ]

    /// Expects an array to hold what the index says, to the last bit, NaN aside.
    static func expect(
        _ array: StoredArray, _ want: JSONValue, _ subject: String, location: SourceLocation = #_sourceLocation
    ) throws {
        let dtype = try #require(types[want["dtype"]?.string ?? ""])
        #expect(array.dtype == dtype, "\(subject)", sourceLocation: location)
        #expect(array.shape == Shape(try #require(want["shape"]?.ints)), "\(subject)", sourceLocation: location)
        let texts = (want["values"]?.array ?? []).compactMap(\.string)
        #expect(try values(of: array) == texts.map { try value($0, dtype) }, "\(subject)", sourceLocation: location)
    }

    /// The bits of a number: whole numbers as they are, others as a double's.
    private static func value(_ text: String, _ dtype: DType) throws -> Int64 {
        dtype.isFloatingPoint ? bits(try #require(Double(text))) : try #require(Int64(text))
    }

    private static func bits(_ value: Double) -> Int64 {
        Int64(bitPattern: (value.isNaN ? Double.nan : value).bitPattern)
    }

    private static func values(of array: StoredArray) throws -> [Int64] {
        let bytes = try array.bytes()
        func elements<Element: BitwiseCopyable>(_: Element.Type) -> [Element] {
            stride(from: 0, to: bytes.count, by: MemoryLayout<Element>.size).map { offset in
                bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Element.self) }
            }
        }
        switch array.dtype {
        case .bool, .uint8: return bytes.map { Int64($0) }
        case .int32: return elements(Int32.self).map { Int64($0) }
        case .int64: return elements(Int64.self)
        case .float16: return elements(UInt16.self).map { bits(Double(Float16(bitPattern: $0))) }
        case .bfloat16: return elements(UInt16.self).map { bits(Double(Float(bitPattern: UInt32($0) << 16))) }
        case .float32: return elements(Float.self).map { bits(Double($0)) }
        case .float64: return elements(Double.self).map { bits($0) }
        }
    }
}
