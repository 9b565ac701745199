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

/// One argument of a launch, of the kind that the kernel declares: a kernel may hand it to another, which converts numbers.
package enum KernelArgument: Sendable {
    case buffer(BufferReference)
    case byte(UInt8)
    case short(UInt16)
    case int(Int32)
    case long(Int64)
    case float(Float)
    case double(Double)
    /// A structure of 32-bit numbers, of the type that the kernels' sources give it.
    case structure(type: String, [Int32])
    /// Numbers in memory that the launch reads: those that would not fit among its arguments.
    case table([Int64])

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

/// Arguments are equal where a kernel is given the same bits as the same type: NaN is NaN, and -0 is not 0.
extension KernelArgument: Hashable {
    private enum Key: Hashable {
        case buffer(BufferReference)
        case number(type: Int, bits: UInt64)
        case structure(type: String, [Int32])
        case table([Int64])
    }

    private var key: Key {
        switch self {
        case .buffer(let reference): .buffer(reference)
        case .byte(let value): .number(type: 0, bits: UInt64(value))
        case .short(let value): .number(type: 1, bits: UInt64(value))
        case .int(let value): .number(type: 2, bits: UInt64(UInt32(bitPattern: value)))
        case .long(let value): .number(type: 3, bits: UInt64(bitPattern: value))
        case .float(let value): .number(type: 4, bits: UInt64(value.bitPattern))
        case .double(let value): .number(type: 5, bits: value.bitPattern)
        case .structure(let type, let words): .structure(type: type, words)
        case .table(let numbers): .table(numbers)
        }
    }

    package static func == (a: KernelArgument, b: KernelArgument) -> Bool { a.key == b.key }
    package func hash(into hasher: inout Hasher) { hasher.combine(key) }
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

    /// The bytes that every device takes as arguments, with some to spare for alignment.
    private static let limit = 960

    private var byteCount: Int { declarations.count * 8 }

    /// A kernel of these parameters around its statements, behind a template whose functions they call. Where the arguments would be more than a device takes, the
    /// extents and strides among them travel in a table in memory.
    func kernel(
        _ lines: [String], single: Bool, behind template: KernelTemplate? = nil
    ) -> (source: KernelSource, arguments: [KernelArgument]) {
        var (formals, actuals, statements) = (declarations, arguments, lines)
        if byteCount > Self.limit {
            var table: [Int64] = []
            formals = ["__global const long *restrict table"]
            actuals = []
            var unpacking: [String] = []
            for (declaration, argument) in zip(declarations, arguments) {
                if case .long(let value) = argument {
                    unpacking.append("\(declaration) = table[\(table.count)];")
                    table.append(value)
                } else {
                    formals.append(declaration)
                    actuals.append(argument)
                }
            }
            actuals.insert(.table(table), at: 0)
            statements = unpacking + lines
        }
        let head = "__kernel \(single ? "SINGLE WIDEST " : "")void NAME(\(formals.joined(separator: ", ")))"
        let kernel = "\(head)\n{\n\(statements.joined(separator: "\n"))\n}\n"
        return (KernelSource(template.map { $0.before(kernel) } ?? kernel), actuals)
    }
}
