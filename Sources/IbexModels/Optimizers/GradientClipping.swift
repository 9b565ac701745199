import IbexGraph

/// How large gradients are cut before a step: at most one of the three is set.
public struct GradientClipping: Sendable, Hashable {
    /// Each gradient whose norm is larger is scaled to it.
    public var norm: Double?
    /// Each element is held within ± this.
    public var value: Double?
    /// All gradients are scaled together so that their common norm is at most this.
    public var globalNorm: Double?

    public init(norm: Double? = nil, value: Double? = nil, globalNorm: Double? = nil) {
        self.norm = norm
        self.value = value
        self.globalNorm = globalNorm
    }

    func validate(_ optimizer: Optimizer) throws {
        let given = [norm, value, globalNorm].compactMap(\.self)
        guard given.count <= 1, given.allSatisfy({ $0 > 0 }) else {
            throw optimizer.argumentError(
                "clipnorm \(text(norm)), clipvalue \(text(value)), global_clipnorm \(text(globalNorm))",
                expected: "at most one of them, and a positive number")
        }
    }

    private func text(_ number: Double?) -> String { number.map { "\($0)" } ?? "none" }

    func callAsFunction(_ gradients: [Tensor]) -> [Tensor] {
        if let value { return gradients.map { $0.clipped(to: -value...value) } }
        if let norm {
            return gradients.map { gradient in
                let size = gradient.square().sum().sqrt()
                return gradient * Tensor.where(size .> norm, norm / size, size.filled(1))
            }
        }
        guard let globalNorm, let first = gradients.first else { return gradients }
        let square = gradients.dropFirst().reduce(first.square().sum()) { $0 + $1.square().sum() }
        let size = square.sqrt()
        // Where the norm is not finite every gradient becomes NaN, so that the failure shows.
        let scale = Tensor.where(size.isFinite(), (1 / size).minimum(1 / globalNorm) * globalNorm, size.filled(.nan))
        return gradients.map { $0 * scale.cast(to: $0.dtype) }
    }
}
