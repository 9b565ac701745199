import Foundation
import IbexOpenCL
import IbexRuntime

/// How many OpenCL programs the tests of this process built: each costs a second or so where no cache has it.
package enum ProgramBuilds {
    private static let printedAtExit: Void = {
        atexit { ProgramBuilds.print() }
    }()

    /// Says the counts when the process ends.
    package static func printAtExit() { printedAtExit }

    private static func print() {
        var (builds, loaded) = (PlainKernels.programBuilds, 0)
        for device in DeviceRegistry.shared.openCLDevices {
            guard let backend = try? DeviceRegistry.shared.backend(for: device) as? OpenCLBackend else { continue }
            builds += backend.counters.programBuilds
            loaded += backend.counters.programsFromDisk
        }
        Swift.print("OpenCL program builds: \(builds), and \(loaded) programs from the cache on disk")
    }
}
