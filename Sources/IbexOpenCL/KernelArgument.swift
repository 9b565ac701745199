import IbexGraph

/// Device memory as a launch names it before the program is prepared.
package enum BufferReference: Hashable, Sendable {
    /// A buffer of the program.
    case program(Int)
    /// A part of the scratch memory that the steps share one after the other.
    case scratch(offset: Int, byteCount: Int)
    /// Memory that holds nothing but zeros.
    case zeros
}

/// One argument of a launch.
package enum KernelArgument: Sendable {
    case buffer(BufferReference)
    case byte(UInt8)
    case short(UInt16)
    case int(Int32)
    case long(Int64)
    case float(Float)
    case double(Double)
    /// A structure of 32-bit numbers.
    case structure([Int32])

    /// A number of an element type.
    init(_ value: Double, _ dtype: DType) {
        switch dtype {
        case .bool: self = .byte(value != 0 ? 1 : 0)
        case .uint8: self = .byte(UInt8(converting: value))
        case .int32: self = .int(Int32(converting: value))
        case .int64: self = .long(Int64(converting: value))
        case .float16, .bfloat16, .float32: self = .float(Float(value))
        case .float64: self = .double(value)
        }
    }
}

/// The parameters of a generated kernel and the arguments that go with them, kept in step.
struct KernelParameters {
    private(set) var declarations: [String] = []
    private(set) var arguments: [KernelArgument] = []

    mutating func buffer(_ reference: BufferReference, _ declaration: String) {
        declarations.append("__global \(declaration)")
        arguments.append(.buffer(reference))
    }

    mutating func long(_ name: String, _ value: Int) {
        declarations.append("const long \(name)")
        arguments.append(.long(Int64(value)))
    }

    /// A constant of an expression; `bool` travels as a byte.
    mutating func number(_ name: String, _ value: Double, _ dtype: DType) {
        let type = dtype == .bool ? "uchar" : dtype.valueType
        declarations.append("const \(type) \(name)")
        arguments.append(KernelArgument(value, dtype))
    }

    /// The parameter list between the parentheses.
    var text: String { declarations.joined(separator: ", ") }
}
