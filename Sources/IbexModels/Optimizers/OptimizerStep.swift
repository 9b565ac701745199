import Glibc
import IbexGraph

/// What an update may depend on besides weight and gradient.
public struct OptimizerStep {
    /// The learning rate, a scalar of type `dtype`.
    public let rate: Tensor
    /// The number of this step, from 1, a scalar `int64`; batches that only accumulate do not count.
    public let count: Tensor
    /// What the optimizer's `advance` gave.
    public internal(set) var scalars: [Tensor] = []
    /// The type that scalars are computed in: the widest of the weights, at least `float32`.
    public var dtype: DType { rate.dtype }
    /// What the optimizer's `shared` gave.
    public internal(set) var shared: [Tensor] = []
    /// False where weights and slots stay; `nil` where they never do.
    let isDue: Tensor?
    /// False where nothing at all changes; `nil` where something always does.
    let isSound: Tensor?

    /// The number of this step in the type of scalars.
    var time: Tensor { count.cast(to: dtype) }

    /// 1 - βᵗ, exact also for the first steps.
    public func biasCorrection(_ beta: Double) -> Tensor {
        guard beta > 0 else { return .ones(.scalar, dtype) }
        return -(time * log(beta)).expm1()
    }

    /// lr √(1 - β₂ᵗ) / (1 - β₁ᵗ): the learning rate with Adam's corrections.
    func adamRate(_ beta1: Double, _ beta2: Double) -> Tensor {
        rate * biasCorrection(beta2).sqrt() / biasCorrection(beta1)
    }
}

extension DType {
    /// A number as a scalar of this type holds it: Keras casts some β to the weight's type, and in `float32` that
    /// changes 1 - β by 1e-5 of itself.
    func held(_ number: Double) -> Double { self == .float64 ? number : Double(Float(number)) }
}

extension Tensor {
    /// `next` where the condition holds or there is none, else this.
    func replaced(by next: Tensor, where condition: Tensor?) -> Tensor {
        condition.map { Tensor.where($0, next, self) } ?? next
    }

    /// x + (value - x)(1 - β): a moving average's next value.
    func moved(toward value: Tensor, keeping beta: Double) -> Tensor { self + (value - self) * (1 - beta) }
}
