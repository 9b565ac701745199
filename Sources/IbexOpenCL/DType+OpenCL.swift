import IbexGraph

extension DType {
    /// The OpenCL C type of an element in memory.
    var memoryType: String {
        switch self {
        case .bool, .uint8: "uchar"
        case .int32: "int"
        case .int64: "long"
        case .float16: "half"
        case .bfloat16: "ushort"
        case .float32: "float"
        case .float64: "double"
        }
    }

    /// The OpenCL C type that holds a value while it is computed with.
    var valueType: String {
        switch self {
        case .bool: "bool"
        case .float16, .bfloat16: "float"
        default: memoryType
        }
    }

    /// The value of the element at `index` of a pointer.
    func loaded(from pointer: String, at index: String) -> String {
        switch self {
        case .bool: "(\(pointer)[\(index)] != 0)"
        case .float16: "vload_half(\(index), \(pointer))"
        case .bfloat16: "bfloat_value(\(pointer)[\(index)])"
        default: "\(pointer)[\(index)]"
        }
    }

    /// The statement that stores a value.
    func stored(_ value: String, to pointer: String, at index: String) -> String {
        switch self {
        case .float16: "vstore_half(\(value), \(index), \(pointer));"
        case .bfloat16: "\(pointer)[\(index)] = bfloat_bits(\(value));"
        default: "\(pointer)[\(index)] = \(value);"
        }
    }

    /// A value of type `source` as this type: fractions are cut off, anything but zero is true.
    func converted(_ value: String, from source: DType) -> String {
        if self == source { return value }
        switch self {
        case .bool: return "(\(value) != 0)"
        case .float16: return "half_rounded(\(value))"
        case .bfloat16: return "bfloat_value(bfloat_bits(\(value)))"
        case .float32, .float64: return "(\(valueType))\(value)"
        case .uint8, .int32, .int64:
            guard source.isFloatingPoint else { return "(\(valueType))\(value)" }
            return "convert_\(valueType)_sat_rtz(\(value))"
        }
    }
}
