import CIbexHDF5File
import IbexArrays
import IbexGraph
import IbexRuntime
import IbexSoak
import IbexTestSupport
import Testing

@testable import IbexFiles

@Suite struct HDF5ChildTests {
    let source: HDF5Source

    init() throws { source = try HDF5Source(InputFile(HDF5Trees.path("hdf5/groups_libver.h5"))) }

    /// What a child says of the file's structure, under limits.
    private func table(
        of source: HDF5Source, seconds: Double = 5, bytes: UInt64 = 1 << 29, capacity: Int = 1 << 20
    ) throws -> [UInt8] {
        let limits = ibex_h5_limits(processorSeconds: seconds, seconds: 60, bytes: bytes)
        return try HDF5Child.answer(
            of: source, capacity: capacity, while: "the names", limits: limits, ibex_h5_read_table
        ) { [UInt8]($0) }
    }

    @Test func aChildThatTakesTooLongIsEnded() throws {
        expectError(.file, at: "groups_libver.h5", found: "took more than 0.0 seconds to read the names") {
            _ = try table(of: source, seconds: 0)
        }
    }

    @Test func aChildThatTakesTooMuchMemoryFails() throws {
        let scratch = try Scratch()
        var root = HDF5Group()
        // More than a child can have left over in the heap that it inherits.
        root.attributes["text"] = .string(String(decoding: [UInt8](repeating: 120, count: 1 << 27), as: UTF8.self))
        try HDF5File.write(root, to: scratch.file("x.h5"))
        let source = try HDF5Source(InputFile(scratch.file("x.h5")))
        expectError(.file, at: "x.h5", found: "that libhdf5 cannot read") {
            _ = try table(of: source, bytes: 1 << 23, capacity: 1 << 28)
        }
        #expect(try table(of: source, bytes: 1 << 30, capacity: 1 << 28).count > 1 << 27)
    }

    @Test func aChildThatSaysTooMuchFails() throws {
        let size = try table(of: source).count
        expectError(.file, found: "names and attributes of more than \(size - 1) bytes") {
            _ = try table(of: source, capacity: size - 1)
        }
        #expect(try table(of: source, capacity: size).count == size)
    }

    @Test(arguments: [
        (ibex_h5_end(how: IBEX_H5_SIGNALLED, code: 11), IbexError.Kind.file, "ended by signal 11 while reading it"),
        (ibex_h5_end(how: IBEX_H5_OUT_OF_TIME, code: 9), .file, "no answer within 60.0 seconds"),
        (ibex_h5_end(how: IBEX_H5_NO_CHILD, code: 11), .memory, "Resource temporarily unavailable"),
        (ibex_h5_end(how: IBEX_H5_ENDED, code: 0), .file, "gave no answer while reading it"),
    ])
    func saysHowAChildEnded(_ end: ibex_h5_end, _ kind: IbexError.Kind, _ found: String) {
        let limits = ibex_h5_limits(processorSeconds: 1, seconds: 60, bytes: 0)
        expectError(kind, at: "groups_libver.h5", found: found) {
            try HDF5Child.answer(of: source, capacity: 100, while: "it", limits: limits, { _, _, _, _ in end }) { _ in }
        }
    }

    /// A child that libhdf5 has overrun may say anything.
    @Test func aTableIsReadAsAStrangers() throws {
        let table = try table(of: source)
        func read(_ bytes: [UInt8]) throws -> HDF5Group {
            try bytes.withUnsafeBytes {
                var table = HDF5Table($0, source)
                return try table.root()
            }
        }
        #expect(try read(table).groups["outer"]?.groups.count == 20)
        var refused = 0
        for seed in 0..<3000 {
            var mutation = Mutation(seed: UInt64(seed))
            do {
                let root = try read(mutation.damage(table, others: table))
                _ = root.groups["outer"]?.groups.values.flatMap(\.arrays.values).map(\.byteCount)
            } catch let error as IbexError {
                #expect(error.kind == .file)
                refused += 1
            }
        }
        #expect(refused > 1000)
    }

    @Test(arguments: [
        ("S", "makes no sense"), ("", "makes no sense"), ("EE", "makes no sense"),
        (String(repeating: "G\u{1}\0\0\0g", count: 64), "makes no sense"),
        ("G\u{1}\0\0\0/EE", "the name '/'"), ("G\u{1}\0\0\0gEG\u{1}\0\0\0gEE", "the name 'g'"),
        ("A\u{1}\0\0\0at\u{FF}", "makes no sense"),
    ])
    func refusesATable(_ table: String, _ found: String) {
        expectError(.file, found: found) {
            try table.unicodeScalars.map { UInt8($0.value) }.withUnsafeBytes {
                var table = HDF5Table($0, source)
                _ = try table.root()
            }
        }
    }

    @Test(arguments: [(1, false), (2, true)]) func aTableHasBounds(_ most: Int, _ isSound: Bool) {
        let entries = Array("A\u{1}\0\0\0an\0\0\0\0G\u{1}\0\0\0gEE".utf8)
        let root = entries.withUnsafeBytes { bytes in
            var table = HDF5Table(bytes, source, mostEntries: most)
            return try? table.root()
        }
        #expect((root != nil) == isSound)
    }

    /// Children are forked while other threads are in libhdf5, and while memory is taken.
    @Test func readersAndWritersDoNotDisturbEachOther() async throws {
        let scratch = try Scratch()
        let root = try HDF5File.read(HDF5Trees.path("hdf5/layouts.h5"))
        let expected = try root.description()
        try await withThrowingTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    let path = scratch.file("\(task).h5")
                    for _ in 0..<2 {
                        try HDF5File.write(root, to: path)
                        #expect(try HDF5File.read(path).description() == expected)
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
