/// A backend that plans and counts but computes nothing: for tests of passes and plans, which then need
/// no device.
package final class NullBackend: Backend {
    package let device: Device
    package let wantsFusion: Bool

    package init(wantsFusion: Bool = true, dtypes: Set<DType> = Set(DType.allCases)) {
        self.wantsFusion = wantsFusion
        device = Device(
            id: "null", name: "null", vendor: "Ibex", kind: .cpu, memory: .max, largestBuffer: .max, computeUnits: 1,
            dtypes: dtypes)
    }

    private final class Empty: Storage {
        let byteCount: Int
        let device: Device
        init(byteCount: Int, device: Device) {
            self.byteCount = byteCount
            self.device = device
        }
    }

    private final class Plan: Executable {
        let launchCount: Int
        let temporaryBytes: Int
        init(_ program: Program) {
            launchCount = program.steps.count
            temporaryBytes = program.arenas.reduce(0, +)
        }
        func run(inputs: [any Storage], outputs: [any Storage]) {}
    }

    private final class Zeros: PendingRead {
        let count: Int
        init(count: Int) { self.count = count }
        var isReady: Bool { true }
        func bytes() -> [UInt8] { [UInt8](repeating: 0, count: count) }
    }

    package func makeStorage(byteCount: Int) -> any Storage { Empty(byteCount: byteCount, device: device) }
    package func write(_ bytes: UnsafeRawBufferPointer, to storage: any Storage) {}
    package func read(_ storage: any Storage, into bytes: UnsafeMutableRawBufferPointer) {
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
    }
    package func readLater(_ storage: any Storage, byteCount: Int) -> any PendingRead { Zeros(count: byteCount) }
    package func prepare(_ program: Program) -> any Executable { Plan(program) }
    package func synchronize() {}
}
