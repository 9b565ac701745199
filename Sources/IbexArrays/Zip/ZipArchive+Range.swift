import CIbexZip
import IbexGraph

extension ZipArchive {
    /// Where in the file the bytes of a member lie that is stored as it is, for readers that want a file of their own.
    ///
    /// libzip does not tell, so this follows the archive's directory itself. The checksum is not compared.
    ///
    /// - Returns: `nil` for a member that is packed or encrypted, for an archive in memory, and where the file is not laid
    ///   out plainly: `read` finds such members all the same.
    package func storedRange(of member: Member) throws -> (file: InputFile, bytes: Range<Int>)? {
        guard let file, member.method == ZIP_CM_STORE, !member.isEncrypted,
            let header = try ZipDirectory(file)?.headerPosition(of: member),
            let start = try Self.start(of: member, header: header, in: file),
            member.byteCount <= file.byteCount - start
        else { return nil }
        return (file, start..<start + member.byteCount)
    }

    /// Where a member's bytes begin: behind its own header, which must agree with the directory.
    private static func start(of member: Member, header: Int, in file: InputFile) throws -> Int? {
        guard let fixed = try file.record(at: header, byteCount: 30, signature: 0x0403_4B50) else { return nil }
        let isStored = fixed.number(at: 8, byteCount: 2) == 0 && fixed.number(at: 6, byteCount: 2) & 1 == 0
        // Sizes that follow the bytes, or stand in a field of 64 bits, are not here.
        let size = fixed.number(at: 22, byteCount: 4)
        let fits = size == member.byteCount || size == 0xFFFF_FFFF || fixed.number(at: 6, byteCount: 2) & 8 != 0
        let (nameCount, extraCount) = (fixed.number(at: 26, byteCount: 2), fixed.number(at: 28, byteCount: 2))
        guard isStored, fits, try file.bytes(at: header + 30, count: nameCount) == Array(member.name.utf8) else {
            return nil
        }
        let start = header + 30 + nameCount + extraCount
        return start <= file.byteCount ? start : nil
    }
}

/// The directory at the end of an archive: for each member a record of its name, its sizes and its place.
private struct ZipDirectory {
    private let file: InputFile
    private let records: Range<Int>

    /// - Returns: `nil` where the end of the file does not say where the directory lies.
    init?(_ file: InputFile) throws {
        self.file = file
        guard let end = try Self.end(of: file) else { return nil }
        var (size, start) = (end.record.number(at: 12, byteCount: 4), end.record.number(at: 16, byteCount: 4))
        let locator = try file.record(at: end.position - 20, byteCount: 20, signature: 0x0706_4B50)
        if let large = locator?.number(at: 8, byteCount: 8) {
            guard let record = try file.record(at: large, byteCount: 56, signature: 0x0606_4B50) else { return nil }
            (size, start) = (record.number(at: 40, byteCount: 8), record.number(at: 48, byteCount: 8))
        }
        guard start <= end.position, size <= end.position - start else { return nil }
        records = start..<start + size
    }

    /// The last record of the file; a comment of up to 64 KiB may follow it.
    private static func end(of file: InputFile) throws -> (position: Int, record: [UInt8])? {
        let first = max(0, file.byteCount - 22 - 0xFFFF)
        guard let tail = try file.bytes(at: first, count: file.byteCount - first), tail.count >= 22 else { return nil }
        for position in stride(from: tail.count - 22, through: 0, by: -1) {
            let record = Array(tail[position...])
            guard tail[position] == 0x50, record.number(at: 0, byteCount: 4) == 0x0605_4B50,
                record.number(at: 20, byteCount: 2) == record.count - 22
            else { continue }
            return (first + position, record)
        }
        return nil
    }

    /// Where the header of a member lies.
    func headerPosition(of member: ZipArchive.Member) throws -> Int? {
        var position = records.lowerBound
        for index in 0... {
            guard position < records.upperBound,
                let record = try file.record(at: position, byteCount: 46, signature: 0x0201_4B50)
            else { return nil }
            let lengths = [28, 30, 32].map { record.number(at: $0, byteCount: 2) }
            if index == member.index {
                let name = try file.bytes(at: position + 46, count: lengths[0])
                let extra = try file.bytes(at: position + 46 + lengths[0], count: lengths[1])
                return name == Array(member.name.utf8) ? Self.headerPosition(record, extra ?? []) : nil
            }
            position += 46 + lengths.reduce(0, +)
        }
        return nil
    }

    /// The place in a record; one beyond 32 bits stands in a field of 64 bits, behind sizes that do so too.
    private static func headerPosition(_ record: [UInt8], _ extra: [UInt8]) -> Int? {
        let position = record.number(at: 42, byteCount: 4)
        guard position == 0xFFFF_FFFF else { return position }
        let largeSizes = [24, 20].filter { record.number(at: $0, byteCount: 4) == 0xFFFF_FFFF }.count
        var field = 0
        while field + 4 <= extra.count {
            let size = extra.number(at: field + 2, byteCount: 2)
            let place = field + 4 + 8 * largeSizes
            if extra.number(at: field, byteCount: 2) == 1 {
                return size >= 8 * largeSizes + 8 && place + 8 <= extra.count
                    ? extra.number(at: place, byteCount: 8) : nil
            }
            field += 4 + size
        }
        return nil
    }
}

extension InputFile {
    /// Bytes of the file; `nil` where it does not have them.
    fileprivate func bytes(at position: Int, count: Int) throws -> [UInt8]? {
        guard position >= 0, position <= byteCount, count <= byteCount - position else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        try bytes.withUnsafeMutableBytes { try read(at: position, into: $0) }
        return bytes
    }

    /// A record that begins with a signature; `nil` where there is none.
    fileprivate func record(at position: Int, byteCount: Int, signature: Int) throws -> [UInt8]? {
        guard let record = try bytes(at: position, count: byteCount) else { return nil }
        return record.number(at: 0, byteCount: 4) == signature ? record : nil
    }
}

extension [UInt8] {
    /// A number of up to 8 bytes, little endian; the largest there is where it is larger.
    fileprivate func number(at position: Int, byteCount: Int) -> Int {
        let bytes = self[position..<position + byteCount]
        return Int(clamping: bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
}
