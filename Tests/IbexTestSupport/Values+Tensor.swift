import IbexGraph
import IbexRuntime

extension Values {
    /// The same numbers as a tensor of the same type.
    public var tensor: Tensor {
        switch dtype {
        case .float64: Tensor(shape: shape, scalars: scalars)
        case .int32: Tensor(shape: shape, scalars: scalars.map { Int32($0) })
        case .int64: Tensor(shape: shape, scalars: scalars(as: Int64.self))
        case .uint8: Tensor(shape: shape, scalars: scalars.map { UInt8($0) })
        case .bool: Tensor(shape: shape, scalars: scalars.map { $0 != 0 })
        default: Tensor(shape: shape, scalars: scalars.map { Float($0) })
        }
    }
}
