import CIbexVector
import IbexGraph

/// A program whose steps were lowered: a run fills in the addresses and calls one closure after another.
///
/// Unchecked: the address table is written and read inside the backend's queue only; the rest is constant.
final class CPUExecutable: Executable, @unchecked Sendable {
    let launchCount: Int
    let temporaryBytes: Int
    private let backend: CPUBackend
    private let launches: [CPULaunch]
    private let steps: [Program.Step]
    private let arenas: [CPUStorage]
    private let constants: [CPUStorage]
    private let homes: [Program.Home]
    private let byteCounts: [Int]
    private let addresses: UnsafeMutablePointer<UnsafeMutableRawPointer>

    init(_ program: Program, backend: CPUBackend) throws {
        self.backend = backend
        let device = backend.device
        arenas = try backend.arenas.arenas(of: program.arenas) { try CPUStorage(byteCount: $0, device: device) }
        let none = try CPUStorage(byteCount: 0, device: device)
        homes = program.buffers.map(\.home)
        byteCounts = program.buffers.map(\.byteCount)
        addresses = .allocate(capacity: max(homes.count, 1))
        addresses.initialize(repeating: none.pointer, count: max(homes.count, 1))
        var constants = [none]
        for (index, home) in homes.enumerated() {
            switch home {
            case .temporary(let arena, let offset): addresses[index] = arenas[arena].pointer + offset
            case .constant(let data):
                let storage = try CPUStorage(byteCount: data.bytes.count, device: device)
                data.bytes.withUnsafeBytes {
                    UnsafeMutableRawBufferPointer(start: storage.pointer, count: data.bytes.count).copyMemory(from: $0)
                }
                constants.append(storage)
                addresses[index] = storage.pointer
            case .input, .output: break
            }
        }
        self.constants = constants
        steps = program.steps
        launches = try program.steps.map { step in
            guard let op = step.op as? any CPULowering else {
                throw IbexError(
                    .kernel, at: device.id, found: "the op \(step.op.name), which it does not know",
                    expected: "an op that it lowers")
            }
            let site = CPUSite(
                inputs: step.inputs, outputs: step.outputs, buffers: program.buffers, pool: backend.pool,
                device: device)
            return try op.lower(site)
        }
        launchCount = launches.count
        temporaryBytes = program.arenas.reduce(0, +)
    }

    deinit { addresses.deallocate() }

    func run(inputs: [any Storage], outputs: [any Storage]) throws {
        for (index, home) in homes.enumerated() {
            switch home {
            case .input(let number): _ = try backend.own(inputs[number], holding: byteCounts[index])
            case .output(let number): _ = try backend.own(outputs[number], holding: byteCounts[index])
            case .temporary, .constant: break
            }
        }
        backend.serially {
            // The threads of the pool do the same throughout.
            let flushed = ibex_flush_subnormals(1)
            defer { _ = ibex_flush_subnormals(flushed) }
            for (index, home) in homes.enumerated() {
                switch home {
                case .input(let number): bind(index, inputs[number])
                case .output(let number): bind(index, outputs[number])
                case .temporary, .constant: break
                }
            }
            guard let measurement = CPUMeasurement.current else {
                for launch in launches { launch.run(addresses) }
                return
            }
            for (launch, step) in zip(launches, steps) {
                let start = HostClock.seconds
                launch.run(addresses)
                let run = KernelRun(KernelNote(step), start: start, seconds: HostClock.seconds - start)
                measurement.runs.withLock { $0.append(run) }
            }
        }
    }

    private func bind(_ index: Int, _ storage: any Storage) {
        if let own = storage as? CPUStorage { addresses[index] = own.pointer }
    }
}
