import CIbexHDF5File
import IbexArrays
import IbexGraph

/// The table of a file that a child wrote (`ibex_h5_read_table`); read as a stranger's.
struct HDF5Table {
    private let bytes: UnsafeRawBufferPointer
    private let source: HDF5Source
    private var position = 0
    private var arrayBytes = 0
    private var entries = 0
    private let mostEntries: Int

    /// - Parameter mostEntries: attributes, groups and arrays are no more than this together.
    init(_ bytes: UnsafeRawBufferPointer, _ source: HDF5Source, mostEntries: Int = 10 * Int(IBEX_H5_MOST_OBJECTS)) {
        self.bytes = bytes
        self.source = source
        self.mostEntries = mostEntries
    }

    mutating func root() throws -> HDF5Group {
        let root = try group("", depth: 1)
        guard position == bytes.count else { throw garbled }
        return root
    }

    private mutating func group(_ path: String, depth: Int) throws -> HDF5Group {
        guard depth <= Int(IBEX_H5_DEEPEST) else { throw garbled }
        var group = HDF5Group()
        while true {
            let tag = try byte()
            if tag == UInt8(ascii: "E") { return group }
            entries += 1
            guard entries <= mostEntries else { throw garbled }
            let name = try text()
            switch tag {
            case UInt8(ascii: "A"): group.attributes[name] = try attribute()
            case UInt8(ascii: "D"): group.arrays[name] = try array(try joined(path, name, in: group))
            case UInt8(ascii: "G"):
                group.groups[name] = try self.group(try joined(path, name, in: group), depth: depth + 1)
            default: throw garbled
            }
        }
    }

    /// The path of something in a group; its name is one that a path can hold and that no other has.
    private func joined(_ path: String, _ name: String, in group: HDF5Group) throws -> String {
        guard HDF5Group.isName(name), group.groups[name] == nil, group.arrays[name] == nil else {
            throw HDF5Child.damaged(source, found: "the name '\(name)' in the group '\(path)/'")
        }
        return "\(path)/\(name)"
    }

    private mutating func attribute() throws -> HDF5Attribute {
        switch try byte() {
        case UInt8(ascii: "s"): return .string(try text())
        case UInt8(ascii: "t"):
            return .strings(try (0..<count(ofAtLeast: MemoryLayout<UInt32>.size)).map { _ in try text() })
        case UInt8(ascii: "n"):
            return .numbers(try (0..<count(ofAtLeast: MemoryLayout<Double>.size)).map { _ in try load() })
        default: throw garbled
        }
    }

    private mutating func array(_ path: String) throws -> StoredArray {
        guard let elements = HDF5Elements(ibex_h5_kind(UInt32(try byte()))) else { throw garbled }
        var size = elements.byteCount
        let extents = try (0..<byte()).map { _ in
            let extent: UInt64 = try load()
            let (product, overflows) = size.multipliedReportingOverflow(by: max(1, Int(clamping: extent)))
            guard !overflows, extent <= Int.max else { throw tooMuch(path) }
            size = product
            return Int(extent)
        }
        if extents.contains(0) { size = 0 }
        let (total, overflows) = arrayBytes.addingReportingOverflow(size)
        guard !overflows, total <= source.mostArrayBytes else { throw tooMuch(path) }
        arrayBytes = total
        let start: UInt64 = try load()
        let length = source.section.length
        guard start == .max || (start <= length && UInt64(size) <= length - start) else {
            throw HDF5Child.damaged(
                source, found: "\(size) bytes of the array '\(path)' from byte \(start) of \(length)")
        }
        return source.array(path, elements, Shape(extents), at: start == .max ? nil : Int(start))
    }

    private func tooMuch(_ path: String) -> IbexError {
        HDF5Child.damaged(
            source, found: "arrays up to '\(path)' of more bytes than \(source.section.length) can hold")
    }

    private var garbled: IbexError {
        HDF5Child.damaged(source, found: "an answer of libhdf5 that makes no sense at byte \(position)")
    }

    private mutating func byte() throws -> UInt8 { try load() }

    private mutating func load<Value: BitwiseCopyable>() throws -> Value {
        try take(MemoryLayout<Value>.size).loadUnaligned(as: Value.self)
    }

    /// A count of things that take `size` bytes each, or more; there can be no more than fit.
    private mutating func count(ofAtLeast size: Int) throws -> Int {
        let count = Int(try load() as UInt32)
        guard count <= (bytes.count - position) / size else { throw garbled }
        return count
    }

    private mutating func text() throws -> String {
        let length = try count(ofAtLeast: 1)
        guard let text = String(validating: try take(length), as: UTF8.self) else {
            throw HDF5Child.damaged(source, found: "a text that is not UTF-8")
        }
        return text
    }

    private mutating func take(_ size: Int) throws -> UnsafeRawBufferPointer {
        guard size <= bytes.count - position else { throw garbled }
        defer { position += size }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + size])
    }
}
