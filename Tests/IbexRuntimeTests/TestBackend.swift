import IbexGraph
import IbexReference
import IbexRuntime
import IbexTestSupport
import Testing

/// A backend under test.
enum TestBackend: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case reference, cpu, openCL

    /// Those that are compared with the reference.
    static let compared: [TestBackend] = [.cpu, .openCL]

    var testDescription: String { rawValue }

    private static let registered: Device = {
        let backend = ReferenceBackend()
        DeviceRegistry.shared.register(backend)
        ProgramBuilds.printAtExit()
        return backend.device
    }()

    /// - Throws: `IbexError` of kind `.device` where the machine has no OpenCL device.
    var device: Device {
        get throws {
            switch self {
            case .reference: TestBackend.registered
            case .cpu: .cpu
            case .openCL: try .named("opencl")
            }
        }
    }

    /// Host values as tensors of this backend.
    func tensors(_ values: [Values]) throws -> [Tensor] {
        let device = try device
        return values.map { Tensor($0.data, TensorType($0.shape, $0.dtype), device: device) }
    }

    /// The results of a function of tensors, computed here in one evaluation.
    func evaluate(_ inputs: [Values], _ body: ([Tensor]) -> [Tensor]) throws -> [Values] {
        let device = try device
        return try withDevice(device) { try body(tensors(inputs)).evaluated(on: device) }
    }
}

extension [Tensor] {
    /// The tensors' values, computed together.
    func evaluated(on device: Device) throws -> [Values] {
        try Tensor.evaluate(self, on: device)
        return try map { try $0.values() }
    }
}

extension Tensor {
    /// The numbers on the host.
    func values() throws -> Values {
        dtype == .int64 ? Values(shape, integers: try scalars(as: Int64.self)) : Values(shape, dtype, try doubles())
    }
}

extension Values {
    /// The bytes that a tensor of these values holds.
    var data: HostData {
        switch dtype {
        case .bool: HostData(copying: scalars(as: Bool.self))
        case .uint8: HostData(copying: scalars(as: UInt8.self))
        case .int32: HostData(copying: scalars(as: Int32.self))
        case .int64: HostData(copying: scalars(as: Int64.self))
        case .float64: HostData(copying: scalars)
        case .float16, .bfloat16, .float32: HostData(copying: scalars(as: Float.self))
        }
    }

    /// Floating-point numbers in double precision; others as they are.
    var widened: Values { dtype == .float32 ? cast(to: .float64) : self }

    /// As another floating-point type where it is one; others as they are.
    func narrowed(to want: DType) -> Values {
        dtype.isFloatingPoint && want.isFloatingPoint ? cast(to: want) : self
    }
}
