import CIbexZlib
import IbexTestSupport
import Testing

@testable import IbexModels

extension Scratch {
    @discardableResult
    func writePacked(_ bytes: [UInt8], to name: String) throws -> String {
        let packed = try #require(gzopen(file(name), "wb"))
        #expect(gzwrite(packed, bytes, UInt32(bytes.count)) == Int32(bytes.count))
        #expect(gzclose(packed) == Z_OK)
        return file(name)
    }
}

/// An IDX file of unsigned bytes, as the format's definition has it.
func idx(_ extents: [Int], _ elements: [UInt8]) -> [UInt8] {
    let sizes = extents.flatMap { withUnsafeBytes(of: UInt32($0).bigEndian, Array.init) }
    return [0, 0, 8, UInt8(extents.count)] + sizes + elements
}

func digest(of bytes: [UInt8]) -> String {
    var hash = SHA256()
    bytes.withUnsafeBytes { hash.add($0) }
    return hash.digest()
}
