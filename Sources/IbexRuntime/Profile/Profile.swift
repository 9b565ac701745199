import IbexGraph

/// Where the time of some steps went on a device, kernel by kernel and layer by layer.
///
///     let profile = try model.profile(x, y, batchSize: 128)
///     print(profile)
///     try profile.trace.write(toFile: "step.json", atomically: true, encoding: .utf8)   // for ui.perfetto.dev
///
/// An OpenCL device measures its kernels itself, from start to end; on the CPU the host does, around each op. While that
/// goes on steps are slower than otherwise.
public struct Profile: Sendable {
    /// Launches of one kernel on operands of the same shapes, for the same layers.
    public struct Kernel: Sendable, Hashable {
        /// The op, its operands and the kernel: `matmul (128, 784) (784, 10) > (128, 10) (matmul_cpu)`.
        public let name: String
        /// The layers whose values it computes: first that of the op itself, then those fused into it.
        public let layers: [Layer]
        public fileprivate(set) var launches = 0
        /// The sum over all launches.
        public fileprivate(set) var seconds = 0.0
        /// Bytes read and written by all launches, each operand once.
        public fileprivate(set) var bytes = 0
        /// Multiplications and additions of products and convolutions; 0 for other work.
        public fileprivate(set) var operations = 0.0
        let isFused: Bool
    }

    /// A layer, or another part of a step: `loss`, `metrics`, `data`, the optimizer; `other` for what is none's.
    public struct Layer: Sendable, Hashable {
        /// The name behind those of the layers around it, with slashes between.
        public let name: String
        /// Whether it is the part of the step that computes gradients.
        public let isGradient: Bool
    }

    /// What a layer's kernels cost.
    public struct LayerCost: Sendable, Hashable {
        public let layer: Layer
        /// The kernels that compute something of it.
        public fileprivate(set) var launches = 0
        /// A kernel with an op of its own, such as a product, counts whole for that op's layer; one of fused elementwise
        /// work is shared by its layers in equal parts.
        public fileprivate(set) var seconds = 0.0
        /// Shared as the seconds are.
        public fileprivate(set) var bytes = 0.0
    }

    /// The most that a device does, as was measured.
    public struct Limits: Sendable, Hashable {
        public let bytesPerSecond: Double
        public let operationsPerSecond: Double
    }

    public let device: Device
    /// How many steps were measured.
    public let steps: Int
    /// How long they took the host, with the device measuring.
    public let seconds: Double
    /// The costliest first.
    public let kernels: [Kernel]
    /// In the order of their first kernels.
    public let layers: [LayerCost]
    public let limits: Limits?
    let runs: [KernelRun]
    /// As `ProfileRecording` has them.
    let hostSteps: [ClosedRange<Double>]

    /// Runs a step several times and measures its kernels.
    ///
    /// - Parameters:
    ///   - limits: what the device can do, for fractions of it.
    ///   - step: enqueues one step.
    /// - Throws: `IbexError` of kind `device` for a device that cannot measure, and what the step throws.
    package init(on device: Device, steps: Int, limits: Limits? = nil, _ step: () throws -> Void) throws {
        var recording = try ProfileRecording(on: device)
        try recording.measure(steps: steps, step)
        self.init(recording, limits: limits)
    }

    /// What was recorded.
    package init(_ recording: ProfileRecording, limits: Limits? = nil) {
        (device, runs, hostSteps) = (recording.device, recording.runs, recording.hostSteps)
        steps = hostSteps.count
        self.limits = limits
        seconds = hostSteps.reduce(0) { $0 + $1.upperBound - $1.lowerBound }
        let kernels = Self.kernels(of: runs)
        self.kernels = kernels.sorted { $0.seconds > $1.seconds }
        layers = Self.costs(of: kernels)
    }

    /// How many kernels were launched.
    public var launches: Int { kernels.reduce(0) { $0 + $1.launches } }

    /// The part of the device's limit that a kernel reaches: the time that its bytes or its operations take at best, the
    /// longer one, over the time that it took; `nil` where limits were not measured.
    public func fractionOfLimit(_ kernel: Kernel) -> Double? {
        guard let limits, kernel.seconds > 0 else { return nil }
        let best = max(Double(kernel.bytes) / limits.bytesPerSecond, kernel.operations / limits.operationsPerSecond)
        return best / kernel.seconds
    }

    private static func kernels(of runs: [KernelRun]) -> [Kernel] {
        struct Key: Hashable {
            let name: String
            let layers: [Layer]
        }
        var (kernels, places) = ([Kernel](), [Key: Int]())
        for run in runs {
            let key = Key(name: run.note.title, layers: layers(of: run.note))
            let place = places[key] ?? kernels.count
            if place == kernels.count {
                places[key] = place
                let isFused = run.note.parts.count > 1 || run.note.parts.contains { $0.step.isFused }
                kernels.append(Kernel(name: key.name, layers: key.layers, isFused: isFused))
            }
            kernels[place].launches += 1
            kernels[place].seconds += run.seconds
            kernels[place].bytes += run.note.byteCount
            kernels[place].operations += run.note.operationCount
        }
        return kernels
    }

    static func layers(of note: KernelNote) -> [Layer] {
        var layers: [Layer] = []
        for label in note.parts.flatMap(\.step.layers) {
            let layer = Layer(name: label.layer.isEmpty ? "other" : label.layer, isGradient: label.isGradient)
            if !layers.contains(layer) { layers.append(layer) }
        }
        return layers.isEmpty ? [Layer(name: "other", isGradient: false)] : layers
    }

    private static func costs(of kernels: [Kernel]) -> [LayerCost] {
        var (costs, places) = ([LayerCost](), [Layer: Int]())
        for kernel in kernels {
            let sharers = kernel.isFused ? kernel.layers : Array(kernel.layers.prefix(1))
            for layer in kernel.layers {
                let place = places[layer] ?? costs.count
                if place == costs.count {
                    places[layer] = place
                    costs.append(LayerCost(layer: layer))
                }
                costs[place].launches += kernel.launches
                guard sharers.contains(layer) else { continue }
                costs[place].seconds += kernel.seconds / Double(sharers.count)
                costs[place].bytes += Double(kernel.bytes) / Double(sharers.count)
            }
        }
        return costs
    }
}

extension Program.Step {
    /// Whether it is elementwise work alone, which may be that of several layers alike.
    fileprivate var isFused: Bool { op is Ops.Fused || op is Ops.HorizontalFused }
}
