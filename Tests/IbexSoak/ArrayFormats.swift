import IbexArrays

/// `.npy`: arrays of every type and order.
package struct NPYFormat: SoakFormat {
    package let name = "npy"
    package init() {}
    package var samples: [[UInt8]] { get throws { try contents(oracleFiles(in: "arrays", ending: ".npy")) } }
    package func open(_ path: String) throws { _ = try StoredArray(npy: path).bytes() }
}

/// `.npz`: stored and deflated, with zip64 fields and without.
package struct NPZFormat: SoakFormat {
    package let name = "npz"
    package init() {}
    package var samples: [[UInt8]] { get throws { try contents(oracleFiles(in: "arrays", ending: ".npz")) } }
    package func open(_ path: String) throws {
        for (_, array) in try NPZFile.arrays(in: path) { _ = try array.bytes() }
    }
}

/// Zip archives alone, whatever is in them: `.npz` and `.keras`.
package struct ZipFormat: SoakFormat {
    package let name = "zip"
    package init() {}
    package var samples: [[UInt8]] {
        get throws {
            try contents(
                oracleFiles(in: "arrays", ending: ".npz") + oracleFiles(in: "models/keras3/mlp_10", ending: ".keras"))
        }
    }
    package func open(_ path: String) throws {
        let archive = try ZipArchive(path: path)
        for member in archive.members { _ = try archive.contents(of: member.name) }
    }
}

/// `.safetensors`: every type, and metadata.
package struct SafetensorsFormat: SoakFormat {
    package let name = "safetensors"
    package init() {}
    package var samples: [[UInt8]] { get throws { try contents(oracleFiles(in: "arrays", ending: ".safetensors")) } }
    package func open(_ path: String) throws {
        for (_, array) in try SafetensorsFile(path: path).arrays { _ = try array.bytes() }
    }
}

/// `.csv`: with commas and with blanks.
package struct TableFormat: SoakFormat {
    package let name = "csv"
    package init() {}
    package var samples: [[UInt8]] { get throws { try contents(oracleFiles(in: "arrays", ending: ".csv")) } }
    package func open(_ path: String) throws {
        _ = try? loadCSV(path, separator: nil, skipRows: 1)
        _ = try? loadCSV(path, separator: ";", dtype: .int64)
        _ = try loadCSV(path)
    }
}
