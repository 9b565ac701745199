import IbexGraph
import IbexRuntime

/// What the normalizations that learn a scale (gamma) and an offset (beta) are made with.
struct ScaleAndOffset {
    var center: Bool
    var scale: Bool
    var betaInitializer: Initializer
    var gammaInitializer: Initializer
    var betaRegularizer: Regularizer?
    var gammaRegularizer: Regularizer?
    var betaConstraint: Constraint?
    var gammaConstraint: Constraint?

    var config: Config {
        [
            "center": .bool(center), "scale": .bool(scale),
            "beta_initializer": betaInitializer.serialized, "gamma_initializer": gammaInitializer.serialized,
            "beta_regularizer": betaRegularizer?.serialized ?? .null,
            "gamma_regularizer": gammaRegularizer?.serialized ?? .null,
            "beta_constraint": betaConstraint?.serialized ?? .null,
            "gamma_constraint": gammaConstraint?.serialized ?? .null,
        ]
    }

    /// Makes the weights that are wanted, gamma first.
    func makeWeights(of layer: Layer, shape: Shape) -> (gamma: Variable?, beta: Variable?) {
        let gamma =
            scale
            ? layer.addWeight(
                name: "gamma", shape: shape, initializer: gammaInitializer, regularizer: gammaRegularizer,
                constraint: gammaConstraint) : nil
        let beta =
            center
            ? layer.addWeight(
                name: "beta", shape: shape, initializer: betaInitializer, regularizer: betaRegularizer,
                constraint: betaConstraint) : nil
        return (gamma, beta)
    }
}

extension ScaleAndOffset {
    init(_ config: Config, at place: String) throws(IbexError) {
        self.init(
            center: try config.bool("center", at: place, default: true),
            scale: try config.bool("scale", at: place, default: true),
            betaInitializer: try config.initializer("beta_initializer", default: .zeros),
            gammaInitializer: try config.initializer("gamma_initializer", default: .ones),
            betaRegularizer: try config.regularizer("beta_regularizer"),
            gammaRegularizer: try config.regularizer("gamma_regularizer"),
            betaConstraint: try config.constraint("beta_constraint"),
            gammaConstraint: try config.constraint("gamma_constraint"))
    }
}
