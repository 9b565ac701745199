import IbexGraph

/// Operators record layers: `x + y` is `Add()([x, y])`. Numbers take `Rescaling(2, offset: 1)`: operators for them as well
/// would cost every program that imports Ibex time for its arithmetic on literals.
extension SymbolicTensor {
    public static func + (a: SymbolicTensor, b: SymbolicTensor) throws -> SymbolicTensor { try Add()([a, b]) }
    public static func - (a: SymbolicTensor, b: SymbolicTensor) throws -> SymbolicTensor { try Subtract()([a, b]) }
    public static func * (a: SymbolicTensor, b: SymbolicTensor) throws -> SymbolicTensor { try Multiply()([a, b]) }

    /// A function of tensors as an anonymous layer; a configuration cannot hold it.
    ///
    ///     let y = try x.map { $0.square().sqrt() }
    public func map(_ function: @escaping (Tensor) throws -> Tensor) throws -> SymbolicTensor {
        try Lambda(function)(self)
    }
}
