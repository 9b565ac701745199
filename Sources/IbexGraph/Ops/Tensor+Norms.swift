extension Tensor {
    /// The length of the vectors along the axes, all of them where none are named: (Σ |x|^p)^(1/p) with p = `order`.
    ///
    /// Order 2 over two axes is the Frobenius norm of matrices. Order ∞ is the largest magnitude, -∞ the smallest,
    /// 0 the number of elements that are not zero.
    ///
    ///     let lengths = x.norm(axes: [-1])
    public func norm(order: Double = 2, axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
        let x = floating
        switch order {
        case 2: return x.square().sum(axes: axes, keepDims: keepDims).sqrt()
        case 1: return x.abs().sum(axes: axes, keepDims: keepDims)
        case 0: return x.countNonzero(axes: axes, keepDims: keepDims).cast(to: x.dtype)
        case .infinity: return x.abs().max(axes: axes, keepDims: keepDims)
        case -.infinity: return x.abs().min(axes: axes, keepDims: keepDims)
        default: return x.abs().power(order).sum(axes: axes, keepDims: keepDims).power(1 / order)
        }
    }

    /// The vectors along an axis divided by their length, which counts as `epsilon` where it is smaller.
    ///
    /// Source: Keras's `ops.normalize`.
    public func normalized(axis: Int = -1, order: Double = 2, epsilon: Double = 1e-7) -> Tensor {
        let x = floating
        guard order == 2 else { return x / x.norm(order: order, axes: [axis], keepDims: true).maximum(epsilon) }
        return x * x.square().sum(axes: [axis], keepDims: true).maximum(epsilon * epsilon).rsqrt()
    }

    /// √(a² + b²), without overflow on the way; the two are broadcast. The gradient is zero where both are.
    public func hypot(_ other: Tensor) -> Tensor {
        let larger = floating.abs().maximum(other.floating.abs()).stopGradient()
        let scale = Tensor.where((larger .> 0) .& larger.isFinite(), larger, larger.filled(1))
        let sum = (self / scale).square() + (other / scale).square()
        let isZero = sum .== 0
        return .where(isZero, sum.filled(0), scale * Tensor.where(isZero, sum.filled(1), sum).sqrt())
    }

    /// The quotient, 0 where the divisor is 0; the gradients are 0 there, too.
    public func dividedNoNaN(by divisor: Tensor) -> Tensor {
        let isZero = divisor .== 0
        let quotient = self / Tensor.where(isZero, divisor.filled(1), divisor)
        return .where(isZero, quotient.filled(0), quotient)
    }
}
