import Testing

@testable import IbexModels

/// The examples of FIPS 180-4 and of NIST's "Cryptographic Standards and Guidelines: Example Values", SHA256.pdf and
/// SHA2_Additional.pdf.
@Suite struct DataSHA256Tests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
    ])
    func standardVector(text: String, expected: String) {
        #expect(digest(of: Array(text.utf8)) == expected)
    }

    @Test func aMillionTimesA() {
        let million = [UInt8](repeating: 0x61, count: 1_000_000)
        #expect(digest(of: million) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test(arguments: [
        // Zero bytes around the length at which padding needs a second block (SHA2_Additional.pdf).
        (55, "02779466cdec163811d078815c633f21901413081449002f24aa3e80f0b88ef7"),
        (56, "d4817aa5497628e7c77e6b606107042bbba3130888c5f47a375e6179be789fbb"),
        (57, "65a16cb7861335d5ace3c60718b5052e44660726da4cd13bb745381b235a1785"),
        (64, "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"),
        (1000, "541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53"),
    ])
    func zeros(count: Int, expected: String) {
        #expect(digest(of: [UInt8](repeating: 0, count: count)) == expected)
    }

    /// The processor's instructions and plain C agree, where there are such instructions.
    @Test(arguments: [0, 1, 55, 56, 63, 64, 65, 128, 1000, 4096 * 3 + 5])
    func plainly(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 7) }
        var plain = SHA256(plain: true)
        bytes.withUnsafeBytes { plain.add($0) }
        #expect(plain.digest() == digest(of: bytes))
    }

    @Test(arguments: [1, 7, 63, 64, 65, 200])
    func pieces(size: Int) {
        let bytes = (0..<1000).map { UInt8($0 % 251) }
        var hash = SHA256()
        for start in stride(from: 0, to: bytes.count, by: size) {
            Array(bytes[start..<min(start + size, bytes.count)]).withUnsafeBytes { hash.add($0) }
        }
        #expect(hash.digest() == digest(of: bytes))
    }
}
