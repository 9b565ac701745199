import Foundation
import Glibc
import IbexArrays
import IbexGraph
import IbexTestSupport
import Testing

@testable import IbexFiles

@Suite struct HDF5ReadingTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Files of each make, by h5py, and every model that Keras 2 and 3 saved.
    @Test func seesWhatH5pySees() throws {
        let files = try HDF5Trees.stored.get().files
        #expect(files.count >= 37)
        for (name, expected) in files {
            let found = try HDF5File.read(HDF5Trees.path(name)).description()
            for part in ["groups", "arrays"] {
                let (found, expected) = (found[part]?.object ?? [:], expected[part]?.object ?? [:])
                #expect(Set(found.keys) == Set(expected.keys), "\(name)")
                for (path, value) in expected { #expect(found[path] == value, "\(name): \(path)") }
            }
        }
    }

    @Test func refusesWhatIsMadeToHarm() throws {
        let refused = try HDF5Trees.stored.get().refused
        #expect(refused.count >= 11)
        for (name, reason) in refused {
            expectError(.file, at: name, found: reason) { _ = try HDF5File.read(HDF5Trees.path(name)) }
        }
    }

    /// `hdf5/soft_links.h5`, made by `soft_links` of `generate_hdf5.py`: other names for an array and for groups.
    @Test func followsLinksToPathsOfTheFile() throws {
        let root = try HDF5File.read(HDF5Trees.path("hdf5/soft_links.h5"))
        let array = try #require(root.array(at: "group/array")).bytes()
        for path in ["alias", "other/array", "other/inner/packed", "packed"] {
            #expect(try root.array(at: path)?.bytes() == array, "\(path)")
        }
        #expect(root.group(at: "other")?.attributes["note"] == .string("of the group"))
    }

    @Test(arguments: ["plain", "gzip"])
    func refusesNumbersThatInt64CannotHold(_ name: String) throws {
        let array = try #require(try HDF5File.read(HDF5Trees.path("hdf5/too_large.h5")).arrays[name])
        #expect(array.dtype == .int64)
        expectError(.file, at: "too_large.h5/\(name)", found: "above 9223372036854775807") { _ = try array.bytes() }
    }

    @Test func readsAFileInsideAnother() throws {
        let inner = try [UInt8](Data(contentsOf: URL(filePath: HDF5Trees.path("hdf5/layouts.h5"))))
        let around = [UInt8](repeating: 7, count: 77)
        let path = try scratch.write(around + inner + around, to: "archive")
        let root = try HDF5File.read(InputFile(path), range: 77..<77 + inner.count)
        let expected = try HDF5Trees.stored.get().files["hdf5/layouts.h5"]
        #expect(try root.description() == expected)
        expectError(.file, at: path, found: "no HDF5 signature") { _ = try HDF5File.read(path) }
        expectError(.file, at: path, remedy: "cut off") {
            _ = try HDF5File.read(InputFile(path), range: 177..<177 + inner.count)
        }
    }

    @Test func anArrayOutlivesItsFile() throws {
        let path = scratch.file("layouts.h5")
        try FileManager.default.copyItem(atPath: HDF5Trees.path("hdf5/layouts.h5"), toPath: path)
        let root = try HDF5File.read(path)
        unlink(path)
        #expect(try root.arrays["contiguous"]?.bytes() == root.arrays["gzip"]?.bytes())
    }

    @Test func saysWhatIsNoFile() {
        expectError(.file, at: "nowhere.h5", found: "No such file") { _ = try HDF5File.read("nowhere.h5") }
        expectError(.file, at: "/tmp", found: "no plain file") { _ = try HDF5File.read("/tmp") }
        expectError(.file, at: "/dev/null", found: "no plain file") { _ = try HDF5File.read("/dev/null") }
    }
}
