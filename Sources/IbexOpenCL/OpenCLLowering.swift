import IbexGraph

/// What an op adds in this backend: how one application of it becomes kernel launches.
package protocol OpenCLLowering: Op {
    func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) throws
}

/// Which shape of kernel runs: what suits a device differs by more than sizes.
package enum KernelVariant: String, Sendable, CaseIterable {
    /// One straight-line work-item per register tile, no local memory, no barrier.
    case cpu
    /// Work-groups that share tiles in local memory, one work-item per element elsewhere.
    case gpu

    /// The predicate that picks one where none is forced.
    package static func suited(to info: OpenCLDeviceInfo) -> KernelVariant {
        info.device.kind == .cpu ? .cpu : .gpu
    }
}

/// Collects the launches of a program before anything is compiled.
package struct OpenCLRecorder {
    package let info: OpenCLDeviceInfo
    package let variant: KernelVariant
    let winograd, products: FormUse
    /// How many compute units the work is laid out for.
    let computeUnits: Int
    private(set) var launches: [Launch] = []
    private(set) var scratchBytes = 0
    private(set) var zeroBytes = 0
    private var scratchUsed = 0
    private var isFirstLaunch = true
    /// The tuned candidate by key.
    let choices: [TuningKey: String]
    /// What lowerings chose among, in order.
    private(set) var questions: [TuningQuestion] = []
    /// The step being lowered.
    private(set) var step: Program.Step?

    struct Launch {
        let source: KernelSource
        let arguments: [KernelArgument]
        let global: LaunchSize
        let local: LaunchSize
        /// What it computes; `nil` where no step is being lowered.
        let note: KernelNote?
    }

    package init(
        info: OpenCLDeviceInfo, variant: KernelVariant, winograd: FormUse = .whereItPays,
        products: FormUse = .whereItPays, computeUnits: Int? = nil, choices: [TuningKey: String] = [:]
    ) {
        self.info = info
        self.variant = variant
        self.winograd = winograd
        self.products = products
        self.choices = choices
        self.computeUnits = computeUnits ?? info.device.computeUnits
    }

    /// From so many bytes on, nobody will find a result in a CPU device's caches: it may be stored past them, and not
    /// fetched first.
    static let passingBytes = 32 << 20

    /// How many work-items a CPU device wants at least: enough for its threads to share evenly.
    var wantedItems: Int { computeUnits * (variant == .cpu ? 4 : 256) }

    /// How many of `count` rows a work-item of a CPU device takes, where each row is `each` elements of work: few items
    /// where there is little to do, since a thread that is woken for some microseconds costs more than it does.
    func share(_ count: Int, each: Int) -> Int {
        max(count.dividedUp(by: wantedItems * 2), min(4096 / max(each, 1), count), 1)
    }

    /// Memory for the step being lowered, in parallel to what it asked for before; steps run one after the other
    /// and share it.
    package mutating func scratch(byteCount: Int) -> BufferReference {
        let offset = (scratchUsed + info.alignment - 1) / info.alignment * info.alignment
        scratchUsed = offset + byteCount
        scratchBytes = max(scratchBytes, scratchUsed)
        return .scratch(offset: offset, byteCount: byteCount)
    }

    /// Memory of at least this size that holds zeros.
    package mutating func zeros(byteCount: Int) -> BufferReference {
        zeroBytes = max(zeroBytes, byteCount)
        return .zeros
    }

    /// Adds a launch; one without work is left out.
    package mutating func launch(
        _ source: KernelSource, _ arguments: [KernelArgument], global: LaunchSize, local: LaunchSize = LaunchSize(1)
    ) {
        guard global.x > 0, global.y > 0, global.z > 0 else { return }
        let note = step.map { KernelNote($0, origin: source.origin, isFirst: isFirstLaunch) }
        isFirstLaunch = false
        launches.append(Launch(source: source, arguments: arguments, global: global, local: local, note: note))
    }

    /// Makes runs of small launches one launch each, and kernels callers of functions, where kernels for CPU devices run
    /// on one.
    mutating func mergeLaunches() {
        guard variant == .cpu && info.device.kind == .cpu else { return }
        launches = MergedLaunches(launches).launches
    }

    mutating func ask(_ question: TuningQuestion) { questions.append(question) }

    mutating func lower(_ step: Program.Step) throws {
        guard let op = step.op as? any OpenCLLowering else {
            throw IbexError(
                .kernel, at: step.op.name, found: "an op that this backend does not lower",
                expected: "an op with an OpenCLLowering", remedy: "Run it on the device cpu.")
        }
        scratchUsed = 0
        self.step = step
        isFirstLaunch = true
        try op.lower(step, to: &self)
    }
}

extension Program.Operand {
    var reference: BufferReference { .program(buffer) }
    var shape: Shape { type.shape }
    var dtype: DType { type.dtype }
}
