import Foundation
import IbexGraph
import IbexOpenCL
import IbexTestSupport
import Testing

/// One backend per variant, shared by the suite: what one test built, the next need not.
enum Rig {
    static let info = Result { () throws -> OpenCLDeviceInfo in
        let devices = try OpenCLPlatforms.devices()
        return try #require(devices.first { $0.device.kind == .cpu } ?? devices.first, "no OpenCL device is installed")
    }

    private static let backends = Result {
        try Dictionary(
            uniqueKeysWithValues: KernelVariant.allCases.map { ($0, try OpenCLBackend(info.get(), variant: $0)) })
    }

    static func backend(_ variant: KernelVariant = .cpu) throws -> OpenCLBackend {
        try #require(try backends.get()[variant])
    }

    /// A backend of its own, for tests that count. With `units` it lays work out for so many compute units, whatever the
    /// machine has: how many launches a sum takes depends on them.
    static func fresh(_ variant: KernelVariant = .cpu, units: Int? = nil) throws -> OpenCLBackend {
        try OpenCLBackend(info.get(), variant: variant, computeUnits: units)
    }

    /// A backend of GPU kernels laid out for so many compute units: few take large tiles, many cut sums into parts.
    static func backend(units: Int) throws -> OpenCLBackend {
        let made = try backendsByUnits.get()
        return try #require(made[units], "units: found \(units); expected one of \(made.keys)")
    }

    private static let backendsByUnits = Result {
        try Dictionary(
            uniqueKeysWithValues: [1, 1000].map {
                ($0, try OpenCLBackend(info.get(), variant: .gpu, computeUnits: $0))
            })
    }

    static func constant(_ values: Values) -> Tensor {
        let bytes: [UInt8]
        switch values.dtype {
        case .float64: bytes = values.scalars.withUnsafeBytes { Array($0) }
        case .int32: bytes = values.scalars(as: Int32.self).withUnsafeBytes { Array($0) }
        case .int64: bytes = values.scalars(as: Int64.self).withUnsafeBytes { Array($0) }
        case .uint8: bytes = values.scalars(as: UInt8.self)
        case .bool: bytes = values.scalars.map { $0 != 0 ? 1 : 0 }
        default: bytes = values.scalars(as: Float.self).withUnsafeBytes { Array($0) }
        }
        return .apply(Ops.Constant(HostData(bytes), TensorType(values.shape, values.dtype)))
    }

    static func prepare(_ tensors: [Tensor], _ backend: OpenCLBackend) throws -> (any Executable, Program) {
        let (graph, captured) = try Graph.capture(tensors.map { Root($0) })
        #expect(captured.isEmpty)
        let program = try Planner.program(for: graph, fusing: true)
        return (try backend.prepare(program), program)
    }

    static func evaluate(_ tensors: [Tensor], _ variant: KernelVariant = .cpu) throws -> [Values] {
        try evaluate(tensors, on: backend(variant))
    }

    static func evaluate(_ tensors: [Tensor], on backend: OpenCLBackend) throws -> [Values] {
        let (executable, program) = try prepare(tensors, backend)
        let outputs = try program.outputTypes.map { try backend.makeStorage(byteCount: $0.byteCount) }
        try executable.run(inputs: [], outputs: outputs)
        return try zip(outputs, program.outputTypes).map { try values($0, $1, backend) }
    }

    static func values(_ storage: any Storage, _ type: TensorType, _ backend: OpenCLBackend) throws -> Values {
        var bytes = [UInt8](repeating: 0, count: type.byteCount)
        try bytes.withUnsafeMutableBytes { try backend.read(storage, into: $0) }
        func decode<T: TensorScalar>(_: T.Type) -> Values {
            Values(type.shape, of: bytes.withUnsafeBytes { Array($0.bindMemory(to: T.self)) })
        }
        switch type.dtype {
        case .float64: return decode(Double.self)
        case .int32: return decode(Int32.self)
        case .int64: return decode(Int64.self)
        case .uint8: return decode(UInt8.self)
        case .bool: return Values(type.shape, .bool, bytes.map(Double.init))
        default: return decode(Float.self)
        }
    }

    static func random(_ shape: Shape, _ dtype: DType = .float32, seed: UInt64, _ sampler: Sampler = .normal) -> Values
    {
        var source = RandomSource(seed: seed)
        return sampler.values(shape, dtype, from: &source)
    }
}
