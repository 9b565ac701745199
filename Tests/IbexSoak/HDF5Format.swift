import Foundation
import IbexFiles
import IbexGraph

/// `.h5` and `.weights.h5`: models that Keras saved, and files of other types, layouts and links.
package struct HDF5Format: SoakFormat {
    package let name = "hdf5"

    package init() {}

    package var samples: [[UInt8]] {
        get throws { try contents(oracleFiles(in: "hdf5", ending: ".h5") + oracleFiles(in: "models", ending: ".h5")) }
    }

    package func open(_ path: String) throws { try readArrays(of: HDF5File.read(path)) }

    private func readArrays(of group: HDF5Group) throws {
        for (_, array) in group.arrays.sorted(by: { $0.key < $1.key }) { _ = try array.bytes() }
        for (_, inner) in group.groups.sorted(by: { $0.key < $1.key }) { try readArrays(of: inner) }
    }

    package func incident(_ error: IbexError) -> String? { Self.endOfChild(error) }

    /// How the child ended that libhdf5 ran in, where it did not just refuse.
    static func endOfChild(_ error: IbexError) -> String? {
        if let range = error.found.firstRange(of: /ended by signal \d+/) { return "child \(error.found[range])" }
        if error.found.contains("took more than") { return "child out of time" }
        if error.found.contains("makes no sense") || error.found.contains("gave no answer") {
            return "child talked nonsense"
        }
        return nil
    }
}

/// What the child that reads an HDF5 file hands over: its table of names, attributes and places.
package struct HDF5TableFormat: SoakFormat {
    package let name = "hdf5table"

    package init() {}

    /// The file that the tables are said to be of; the positions in all of them lie within it.
    private var file: String {
        get throws { try oracleFiles(in: "models/keras2/cnn_32", ending: "cnn_32.h5").first ?? "" }
    }

    package var samples: [[UInt8]] {
        get throws {
            let files = try oracleFiles(in: "hdf5", ending: ".h5") + oracleFiles(in: "models", ending: ".h5")
            return files.compactMap { try? HDF5File.table(of: $0) }
        }
    }

    package func open(_ path: String) throws {
        _ = try HDF5File.group(of: [UInt8](Data(contentsOf: URL(filePath: path))), at: file)
    }
}
