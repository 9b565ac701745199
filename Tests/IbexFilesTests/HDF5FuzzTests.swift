import IbexSoak
import Testing

@Suite struct HDF5FuzzTests {
    /// `soak hdf5` does this many thousand times.
    @Test func damagedFilesAreReadOrRefused() throws {
        let report = try Soak(HDF5Format(), isMeasured: false, seed: 7).run(0..<200)
        #expect(report.passes, "\(report)")
        #expect(report.read > 10 && report.refused > 100)
    }
}
