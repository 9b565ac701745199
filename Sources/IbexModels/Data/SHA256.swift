import CIbexDatasets

/// The SHA-256 digest of bytes that arrive in pieces (FIPS 180-4).
///
/// Data files are checked by it before use. The implementation is our own, in C: swift-crypto would bring
/// BoringSSL into every user's build.
///
///     var hash = SHA256()
///     Array("abc".utf8).withUnsafeBytes { hash.add($0) }
///     hash.digest()       // "ba7816bf…15ad"
package struct SHA256 {
    private var state = ibex_sha256()

    /// - Parameter plain: whether to do without the processor's instructions for it.
    init(plain: Bool = false) {
        ibex_sha256_begin(&state)
        if plain { state.is_plain = true }
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        ibex_sha256_add(&state, bytes.baseAddress, bytes.count)
    }

    /// The digest of these bytes.
    package static func digest(of bytes: [UInt8]) -> String {
        var hash = SHA256()
        bytes.withUnsafeBytes { hash.add($0) }
        return hash.digest()
    }

    /// The digest of all bytes that a source still has.
    static func digest(of source: UnpackedBytes) throws -> String {
        var hash = SHA256()
        try source.forEachPiece { hash.add($0) }
        return hash.digest()
    }

    /// The digest of all bytes so far, as 64 lowercase hexadecimal digits.
    func digest() -> String {
        var closing = state
        var digest = [UInt8](repeating: 0, count: 32)
        ibex_sha256_end(&closing, &digest)
        return digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
