import Foundation
import IbexArrays
import IbexGraph

extension SafetensorsFile {
    package init(contentsOf url: URL) throws { try self.init(path: url.path) }

    /// The names of all tensors, sorted.
    package var names: [String] { arrays.map(\.name).sorted() }

    /// The tensor of that name.
    ///
    /// - Throws: `IbexError` where there is none, or where it cannot be read.
    package func values(_ name: String) throws -> Values {
        let array = try array(name)
        let bytes = try array.bytes()
        switch array.dtype {
        case .float32: return Values(array.shape, of: scalars(bytes, zero: Float(0)))
        case .float64: return Values(array.shape, of: scalars(bytes, zero: Double(0)))
        case .int32: return Values(array.shape, of: scalars(bytes, zero: Int32(0)))
        case .int64: return Values(array.shape, of: scalars(bytes, zero: Int64(0)))
        case .bool: return Values(array.shape, of: bytes.map { $0 != 0 })
        case .uint8: return Values(array.shape, of: bytes)
        case .float16, .bfloat16:
            throw IbexError(
                .file, at: array.place, found: "\(array.dtype.rawValue)", expected: "a type of the oracle's")
        }
    }

    private func scalars<Scalar: BitwiseCopyable>(_ bytes: [UInt8], zero: Scalar) -> [Scalar] {
        var result = [Scalar](repeating: zero, count: bytes.count / MemoryLayout<Scalar>.size)
        result.withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
        return result
    }
}
