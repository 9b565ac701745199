import Foundation
import Testing

@testable import IbexTensorBoard

struct MaskedCRC32CTests {
    /// RFC 3720, appendix B.4: the CRC-32C of 32 bytes of zero and of ones, masked by hand.
    @Test func agreesWithTheStandard() {
        func masked(_ crc: UInt32) -> UInt32 { ((crc >> 15) | (crc << 17)) &+ 0xa282_ead8 }
        #expect(MaskedCRC32C.checksum(Data(repeating: 0, count: 32)) == masked(0x8a91_36aa))
        #expect(MaskedCRC32C.checksum(Data(repeating: 0xff, count: 32)) == masked(0x62a8_ab43))
        #expect(MaskedCRC32C.checksum(Data(0..<32)) == masked(0x46dd_794e))
    }
}
