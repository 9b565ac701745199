import IbexGraph
import IbexRuntime

extension Tensor {
    /// Replaces the cells along an axis by mixtures of them: y[…, o, …] = Σᵢ weights[o][i] x[…, i, …].
    ///
    ///     images.mixed(along: 1, by: [[0.5, 0.5, 0], [0, 0.5, 0.5]])      // 3 rows become 2
    func mixed(along axis: Int, by weights: [[Double]]) -> Tensor {
        let shares = Initializer("Shares") { _ in weights.flatMap(\.self) }
        let matrix = onItsDevice { shares([weights.count, shape[axis]], dtype: dtype) }
        let outer = shape.extents[..<axis].reduce(1, *)
        let inner = shape.extents[(axis + 1)...].reduce(1, *)
        return matrix.matmul(reshaped(outer, shape[axis], inner))
            .reshaped(to: shape.replacing(axis: axis, with: weights.count))
    }

    /// Makes a tensor from numbers of the host where this one lies, whatever the scope.
    func onItsDevice(_ make: () -> Tensor) -> Tensor {
        guard let device else { return make() }
        return withDevice(device, make)
    }
}
