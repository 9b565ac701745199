import CIbexBLAS
import Foundation
import Testing

@testable import IbexCPU

/// OpenBLAS has code for many processors, and guesses badly at one that is younger than itself.
struct BLASCoreTests {
    @Test func productsUseTheProcessorsVectors() throws {
        _ = CPUBackend()
        let flags =
            try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
            .split(separator: "\n").first { $0.hasPrefix("flags") }?.split(separator: " ") ?? []
        guard flags.contains("avx2"), flags.contains("fma") else { return }
        #expect(String(cString: openblas_get_corename()) != "Prescott")
    }
}
