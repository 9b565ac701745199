import Foundation
import Ibex
import IbexGraph
import IbexOpenCL
import IbexRuntime
import Synchronization

/// The kernels that a GPU would be given for workloads and cases, for compilers that need no GPU.
///
/// Every program is traced, planned and lowered in the GPU's variant, cases of one type in double precision too;
/// nothing is compiled and nothing runs.
struct KernelSources {
    private let sources: Set<KernelSource>

    var kernelCount: Int { sources.count }

    init(_ runs: [WorkloadRun], _ cases: [KernelCase]) throws {
        guard let info = try OpenCLPlatforms.devices().first else {
            throw IbexError(
                .device, at: "--sources", found: "no OpenCL device", expected: "one, PoCL for example, to lower for",
                remedy: "Install one: `ibex devices` says how.")
        }
        var sources: Set<KernelSource> = []
        // A small and a large GPU: sums are cut and tiles chosen by the number of compute units.
        for units in [8, 132] {
            let collector = SourceCollector(try OpenCLBackend(info, variant: .gpu, computeUnits: units))
            try DeviceRegistry.$substitute.withValue(collector) {
                try withDevice(collector.device) { try Self.prepare(runs, cases, on: collector.device) }
            }
            sources.formUnion(collector.sources)
        }
        self.sources = sources
    }

    private static func prepare(_ runs: [WorkloadRun], _ cases: [KernelCase], on device: Device) throws {
        for run in runs {
            let (model, data) = try run.prepared()
            try model.fit(data.train.x, data.train.y, batchSize: run.batchSize, epochs: 1, verbose: 0)
            _ = try model.evaluate(data.train.x, data.train.y, batchSize: run.batchSize, verbose: 0)
        }
        for one in cases {
            for types in one.traceableTypes {
                _ = try TracedProgram(device: device, inputTypes: types, one.prepare())
            }
        }
    }

    /// Writes a file for each template, or pair of templates, and one for what is generated.
    ///
    /// - Throws: what the file system throws.
    func write(to folder: String) throws {
        let folder = URL(fileURLWithPath: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (origin, group) in Dictionary(grouping: sources, by: \.origin) {
            let kernels = group.sorted { $0.name < $1.name }.map(\.named)
            try Data(([KernelSource.prelude] + kernels).joined(separator: "\n").utf8)
                .write(to: folder.appending(path: origin + ".cl"))
        }
    }
}

extension KernelCase {
    /// The case's input types, and the same in double precision where all are `float32` and no variable is inside.
    fileprivate var traceableTypes: [[TensorType]] {
        let own = inputs.map(\.type)
        guard extraBytes == 0, own.allSatisfy({ $0.dtype == .float32 }) else { return [own] }
        return [own, own.map { TensorType($0.shape, .float64) }]
    }
}

/// A backend that keeps what it is asked to compile: its memory holds nothing but zeros, its programs do nothing.
private final class SourceCollector: Backend {
    private let backend: OpenCLBackend
    private let collected = Mutex<Set<KernelSource>>([])

    var sources: Set<KernelSource> { collected.withLock { $0 } }

    init(_ backend: OpenCLBackend) { self.backend = backend }

    var device: Device { backend.device }
    var wantsFusion: Bool { backend.wantsFusion }

    func makeStorage(byteCount: Int) -> any Storage { Nothing(byteCount: byteCount, device: device) }
    func write(_ bytes: UnsafeRawBufferPointer, to storage: any Storage) {}
    func read(_ storage: any Storage, into bytes: UnsafeMutableRawBufferPointer) {
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
    }
    func readLater(_ storage: any Storage, byteCount: Int) -> any PendingRead { Zeros(count: byteCount) }
    func synchronize() {}

    func prepare(_ program: Program) throws -> any Executable {
        let sources = try backend.sources(of: program)
        collected.withLock { $0.formUnion(sources) }
        return Idle(launchCount: sources.count)
    }

    private final class Nothing: Storage {
        let byteCount: Int
        let device: Device
        init(byteCount: Int, device: Device) {
            self.byteCount = byteCount
            self.device = device
        }
    }

    private final class Zeros: PendingRead {
        let count: Int
        init(count: Int) { self.count = count }
        var isReady: Bool { true }
        func bytes() -> [UInt8] { [UInt8](repeating: 0, count: count) }
    }

    private final class Idle: Executable {
        let launchCount: Int
        let temporaryBytes = 0
        init(launchCount: Int) { self.launchCount = launchCount }
        func run(inputs: [any Storage], outputs: [any Storage]) {}
    }
}
