extension Ops {
    /// Random numbers from Philox 4x32-10 (Salmon et al., 2011).
    ///
    /// Four numbers come of each counter (block, ordinal, step low, step high) under the key (seed low, seed high);
    /// `block` is the element's number divided by four. `step` is the operand, a scalar `int64`; without it 0.
    /// The bits are the same on every backend.
    ///
    /// - uniform: float32 (bits >> 8) 2⁻²⁴, float64 bits 2⁻³²: in [0, 1).
    /// - normal: from the pairs (b0, b1) and (b2, b3), r = √(-2 ln u), u = ((b >> 8) + 1) 2⁻²⁴ of the first, θ = 2π (b >> 8) 2⁻²⁴
    ///   of the second: r cos θ, r sin θ (Box and Muller, 1958).
    /// - bits: the 32 bits as `int32`.
    package struct Random: Op {
        package enum Kind: String, Sendable, Hashable, CaseIterable { case uniform, normal, bits }

        package let kind: Kind
        package let type: TensorType
        package let seed: UInt64
        /// Which draw of its trace this is.
        package let ordinal: UInt32

        package init(_ kind: Kind, _ type: TensorType, seed: UInt64, ordinal: UInt32) {
            self.kind = kind
            self.type = type
            self.seed = seed
            self.ordinal = ordinal
        }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            guard kind == .bits ? type.dtype == .int32 : type.dtype == .float32 || type.dtype == .float64 else {
                throw shapeError("\(kind.rawValue) numbers of type \(type.dtype.rawValue)", expected: "floating point")
            }
            guard inputs.isEmpty || inputs[0] == TensorType(.scalar, .int64) else {
                throw shapeError("a step of type \(inputs[0])", expected: "a scalar int64")
            }
            return [type]
        }

        package func backward(_ call: OpCall) -> [Tensor?] { call.inputs.map { _ in nil } }
    }
}
