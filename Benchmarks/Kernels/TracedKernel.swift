import Ibex
import IbexGraph
import IbexRuntime

/// A case made ready on a device: traced, planned and prepared as a model's step is, with its inputs there.
struct TracedKernel {
    let work: RepeatedWork
    /// Bytes that one run reads and writes, each operand once.
    let bytes: Int
    let launches: Int

    init(_ one: KernelCase, on device: Device) throws {
        let body = try withDevice(device) { try one.prepare() }
        let traced = try TracedProgram(device: device, inputTypes: one.inputs.map(\.type), body)
        let backend = traced.backend
        let inputs = try one.inputs.map { try $0.storage(on: backend) }
        let outputs = try traced.outputTypes.map { try backend.makeStorage(byteCount: max($0.byteCount, 1)) }
        let types = one.inputs.map(\.type) + traced.outputTypes
        bytes = types.reduce(one.extraBytes) { $0 + $1.byteCount }
        launches = traced.executable.launchCount
        work = RepeatedWork(
            start: { try traced.run(inputs: inputs, outputs: outputs) }, wait: { try backend.synchronize() })
    }
}

extension KernelCase.Input {
    /// The same numbers at every call, on the device.
    func storage(on backend: any Backend) throws -> any Storage {
        let storage = try backend.makeStorage(byteCount: max(type.byteCount, 1))
        var state: UInt64 = 42
        func next() -> UInt32 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt32(truncatingIfNeeded: state >> 33)
        }
        func fill<Scalar: BitwiseCopyable>(_ number: () -> Scalar) throws {
            // A block of random numbers, over and over: making 64 MiB anew for each case would take longer than its runs.
            let count = type.shape.elementCount
            let block = (0..<min(count, 1 << 18)).map { _ in number() }
            let scalars = (0..<count).map { block[$0 % block.count] }
            try scalars.withUnsafeBytes { try backend.write($0, to: storage) }
        }
        switch (type.dtype, filling) {
        case (.uint8, _): try fill { UInt8(truncatingIfNeeded: next()) }
        case (.int32, .indices(let bound)): try fill { Int32(next() % UInt32(bound)) }
        default: try fill { Float(next()) * 0x1p-30 - 1 }
        }
        return storage
    }
}
