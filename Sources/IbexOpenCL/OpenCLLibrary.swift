import IbexGraph
import Synchronization

/// The kernels that one device has compiled so far, by source: nothing is compiled twice in a process.
package final class OpenCLLibrary: Sendable {
    private let context: OpenCLContext
    private let disk: ProgramDiskCache?
    /// On CPU devices functions of floats are made for vector code.
    private let head: String
    private let programs = Mutex<[KernelSource: OpenCLProgram]>([:])

    /// - Parameter disk: where binaries are kept between processes; by default on drivers that keep none themselves.
    package init(_ context: OpenCLContext, disk: ProgramDiskCache?) {
        self.context = context
        self.disk = disk
        head = context.info.device.kind == .cpu ? "#define VECTOR_MATH\n" : ""
    }

    package convenience init(_ context: OpenCLContext) {
        let info = context.info
        self.init(context, disk: info.isPoCL || info.isNVIDIA ? nil : ProgramDiskCache.standard)
    }

    /// Compiles what is new among the sources, all of it as one OpenCL program.
    ///
    /// - Throws: `IbexError` of kind `kernel` with the compiler's log.
    package func build(_ sources: some Sequence<KernelSource>) throws {
        try programs.withLock { programs in
            var missing: [KernelSource] = []
            var seen: Set<KernelSource> = []
            for source in sources where programs[source] == nil && seen.insert(source).inserted {
                missing.append(source)
            }
            guard !missing.isEmpty else { return }
            // A fixed order lets drivers that cache whole programs find this one again.
            missing.sort { $0.name < $1.name }
            let text = missing.reduce(into: head + KernelSource.prelude) { $0 += "\n" + $1.named }
            let program = try self.program(text)
            for source in missing { programs[source] = program }
        }
    }

    /// A kernel object of its own, with arguments of its own, for this source.
    package func kernel(_ source: KernelSource) throws -> OpenCLKernel {
        try build([source])
        return try programs.withLock { try OpenCLKernel($0[source]!, source.name, on: context) }
    }

    private func program(_ text: String) throws -> OpenCLProgram {
        guard let disk else { return try compiled(text) }
        let info = context.info
        let key = ProgramDiskCache.Key(
            source: text, options: context.options, device: info.device.name,
            driver: info.platformName + " " + info.version + " " + info.driverVersion)
        if let binary = disk.binary(for: key), let program = OpenCLProgram.loaded(binary, on: context) {
            context.counters.countCachedProgram()
            return program
        }
        let program = try compiled(text)
        // A cache that cannot be written costs time, not results.
        if let binary = try? program.binary() { try? disk.store(binary, for: key) }
        return program
    }

    private func compiled(_ text: String) throws -> OpenCLProgram {
        let program = try OpenCLProgram.compiled(text, on: context)
        context.counters.countBuild()
        return program
    }
}
