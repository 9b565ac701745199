extension Ops {
    /// A tensor whose numbers come from the host.
    package struct Constant: Op {
        package let data: HostData
        package let type: TensorType

        package init(_ data: HostData, _ type: TensorType) {
            self.data = data
            self.type = type
        }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            guard data.bytes.count == type.byteCount else {
                throw shapeError("\(data.bytes.count) bytes for \(type)", expected: "\(type.byteCount) bytes")
            }
            return [type]
        }

        package var spent: any Op { Ops.Input(0, type) }
    }

    /// A tensor that holds one number throughout.
    package struct Fill: Op {
        package let value: Double
        package let type: TensorType

        package init(_ value: Double, _ type: TensorType) {
            self.value = type.dtype.rounded(value)
            self.type = type
        }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] { [type] }
    }

    /// A tensor handed to a Program when it runs; `index` is its place among the Program's inputs.
    package struct Input: Op {
        package let index: Int
        package let type: TensorType
        /// Which trace it belongs to, so that two traces never share an input.
        package let trace: UInt64

        package init(_ index: Int, _ type: TensorType, trace: UInt64 = 0) {
            self.index = index
            self.type = type
            self.trace = trace
        }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] { [type] }
    }

    /// The identity, which no gradient passes: `stopGradient`.
    package struct StopGradient: Op {
        package init() {}
        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] { inputs }
        package func backward(_ call: OpCall) -> [Tensor?] { [nil] }
    }
}

extension Tensor {
    /// One number in every element, without a device of its own.
    package static func fill(_ value: Double, _ shape: Shape, _ dtype: DType) -> Tensor {
        apply(Ops.Fill(value, TensorType(shape, dtype)))
    }

    /// A tensor of this shape and type that holds `value` in every element.
    package func filled(_ value: Double) -> Tensor { .fill(value, shape, dtype) }

    /// The same numbers; gradients stop here.
    public func stopGradient() -> Tensor { .apply(Ops.StopGradient(), self) }
}
