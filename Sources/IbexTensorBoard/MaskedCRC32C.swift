/// The checksum of TFRecord files: CRC-32C (Castagnoli), turned and shifted so that a checksum of data that holds checksums
/// stays a good one.
///
/// masked = ((crc >> 15) | (crc << 17)) + 0xa282ead8, modulo 2^32.
enum MaskedCRC32C {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { crc, _ in crc & 1 == 1 ? (crc >> 1) ^ 0x82f6_3b78 : crc >> 1 }
    }

    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        let crc = ~bytes.reduce(~UInt32(0)) { ($0 >> 8) ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
        return ((crc >> 15) | (crc << 17)) &+ 0xa282_ead8
    }
}
