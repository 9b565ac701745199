import IbexSoak
import Testing

@Suite struct ArrayFuzzTests {
    /// `soak` does this many thousand times.
    @Test(
        arguments: [
            NPYFormat(), NPZFormat(), ZipFormat(), SafetensorsFormat(), TableFormat(),
        ] as [any SoakFormat])
    func damagedFilesAreReadOrRefused(format: any SoakFormat) throws {
        let report = try Soak(format, isMeasured: false, seed: 7).run(0..<2000)
        #expect(report.passes, "\(report)")
        #expect(report.read > 10 && report.refused > 500, "\(report)")
    }
}
