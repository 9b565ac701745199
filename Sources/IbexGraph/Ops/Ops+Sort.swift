extension Ops {
    /// The positions that put each row of the last axis in order: `x[…, positions[…, j]]` rises with `j`, or falls.
    ///
    /// Equal elements keep their order. NaN counts as larger than every number. Shape […, n], as `int32`.
    package struct Sort: Op {
        package let descending: Bool

        package init(descending: Bool = false) { self.descending = descending }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            let type = inputs[0]
            guard type.shape.rank >= 1, type.dtype != .float16, type.dtype != .bfloat16 else {
                throw shapeError(
                    "\(type)", expected: "a compute type and one axis at least", remedy: "Cast halves to float32.")
            }
            return [TensorType(type.shape, .int32)]
        }

        package func backward(_ call: OpCall) -> [Tensor?] { [nil] }
    }
}
