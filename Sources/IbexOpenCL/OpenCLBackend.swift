import IbexGraph

/// The backend of one OpenCL device: every number comes from a kernel, on any device.
///
///     let info = try OpenCLPlatforms.devices()[0]
///     let backend = try OpenCLBackend(info)
///     let executable = try backend.prepare(program)
package final class OpenCLBackend: Backend {
    package let context: OpenCLContext
    package let library: OpenCLLibrary
    package let variant: KernelVariant
    private let winograd, products: FormUse
    private let tuning: Tuning
    private let computeUnits: Int?

    /// - Parameters:
    ///   - variant: which shape of kernels to run; `nil` takes what suits the device.
    ///   - winograd: whether 3x3 convolutions take Winograd's form.
    ///   - products: whether convolutions take the form of a matrix product.
    ///   - computeUnits: how many the work is laid out for; `nil` takes what the device has.
    ///   - optimizes: whether the driver's compiler optimizes; without, kernels are slow but there several times sooner.
    ///   - tuning: where tuned choices are kept; by default shipped rows are all there is.
    /// - Throws: `IbexError` of kind `device` where the driver refuses the device.
    package init(
        _ info: OpenCLDeviceInfo, variant: KernelVariant? = nil, winograd: FormUse = .whereItPays,
        products: FormUse = .whereItPays, computeUnits: Int? = nil, optimizes: Bool = true,
        tuning: TuningSettings = TuningSettings()
    ) throws {
        context = try OpenCLContext(info, optimizes: optimizes)
        library = OpenCLLibrary(context)
        self.variant = variant ?? .suited(to: info)
        self.winograd = winograd
        self.products = products
        self.tuning = Tuning(tuning, info)
        self.computeUnits = computeUnits
    }

    package var device: Device { context.info.device }
    package var wantsFusion: Bool { true }
    /// What the device was asked to do so far.
    package var counters: OpenCLCounters { context.counters }

    package func makeStorage(byteCount: Int) throws -> any Storage {
        OpenCLStorage(try OpenCLBuffer(context, byteCount: byteCount), byteCount: byteCount)
    }

    /// A processor's memory is the host's: there the function writes into the buffer itself.
    package func makeStorage(
        byteCount: Int, filling fill: (UnsafeMutableRawBufferPointer) throws -> Void
    ) throws -> any Storage {
        guard device.kind == .cpu else { return try makeStorage(byteCount: byteCount, copying: fill) }
        let buffer = try OpenCLBuffer(context, byteCount: max(byteCount, 1))
        try buffer.fill(byteCount, by: fill)
        return OpenCLStorage(buffer, byteCount: max(byteCount, 1))
    }

    package func write(_ bytes: UnsafeRawBufferPointer, to storage: any Storage) throws {
        try own(storage).buffer.write(bytes)
    }

    package func read(_ storage: any Storage, into bytes: UnsafeMutableRawBufferPointer) throws {
        try own(storage).buffer.read(into: bytes)
    }

    package func readLater(_ storage: any Storage, byteCount: Int) throws -> any PendingRead {
        try OpenCLPendingRead(own(storage).buffer, byteCount: byteCount)
    }

    package func prepare(_ program: Program) throws -> any Executable {
        var recorder = try record(program, tuning.choices)
        if tuning.settings.searches {
            let tuner = KernelTuner(backend: self, settings: tuning.settings)
            let winners = try tuner.winners(of: tuning.open(recorder.questions))
            tuning.keep(winners)
            if !winners.isEmpty { recorder = try record(program, tuning.choices) }
        }
        return try OpenCLExecutable(program, recorder, library, context)
    }

    /// The kernels that a program would launch, in order; nothing is compiled.
    package func sources(of program: Program) throws -> [KernelSource] {
        try record(program, tuning.choices).launches.map(\.source)
    }

    /// Prepares a program with these candidates and no search.
    func prepare(_ program: Program, choices: [TuningKey: String]) throws -> any Executable {
        try OpenCLExecutable(program, record(program, choices), library, context)
    }

    private func record(_ program: Program, _ choices: [TuningKey: String]) throws -> OpenCLRecorder {
        var recorder = OpenCLRecorder(
            info: context.info, variant: variant, winograd: winograd, products: products,
            computeUnits: computeUnits, choices: choices)
        for step in program.steps { try recorder.lower(step) }
        recorder.mergeLaunches()
        return recorder
    }

    package func synchronize() throws { try context.finish() }

    private func own(_ storage: any Storage) throws -> OpenCLStorage { try OpenCLStorage.of(storage, on: context) }
}

extension OpenCLStorage {
    /// The storage as this backend's own.
    ///
    /// - Throws: `IbexError` of kind `device` where it lives elsewhere.
    static func of(_ storage: any Storage, on context: OpenCLContext) throws -> OpenCLStorage {
        guard let own = storage as? OpenCLStorage, own.buffer.context === context else {
            throw IbexError(
                .device, at: context.info.device.id, found: "a tensor on \(storage.device.id)",
                expected: "a tensor on \(context.info.device.id)", remedy: "Copy it with to(device).")
        }
        return own
    }
}
