import IbexGraph
import IbexOpenCL
import IbexRuntime

/// OpenCL kernels that the driver compiles without optimizing: several times sooner there, and equal to the last bits.
///
/// For tests of what is computed, in which hundreds of small programs run once. Tests of the kernels themselves, of fusion
/// and of training take the kernels that users get.
package enum PlainKernels {
    private static let backend = Result {
        ProgramBuilds.printAtExit()
        guard let info = try OpenCLPlatforms.devices().first else {
            throw IbexError(.device, at: "opencl", found: "no OpenCL device", expected: "one")
        }
        return try OpenCLBackend(info, optimizes: false)
    }

    /// Programs built so far.
    package static var programBuilds: Int { (try? backend.get().counters.programBuilds) ?? 0 }

    /// Runs a body on a device: on `opencl` with plain kernels.
    package static func withDevice<R>(_ name: String, _ body: () throws -> R) throws -> R {
        guard name == "opencl" else { return try IbexRuntime.withDevice(name, body) }
        let backend = try backend.get()
        return try DeviceRegistry.$substitute.withValue(backend) {
            try IbexRuntime.withDevice(backend.device, body)
        }
    }
}
