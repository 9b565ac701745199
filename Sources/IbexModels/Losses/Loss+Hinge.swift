import IbexGraph

extension Loss {
    /// The mean of max(1 - y p, 0) over the last axis; targets are -1 or 1, or 0 or 1 throughout.
    public static var hinge: Loss { hinge() }
    public static func hinge(reduction: Reduction = .sumOverBatchSize, name: String = "hinge") -> Loss {
        overLastAxis(name, "Hinge", reduction) { y, p in (1 - signs(y) * p).maximum(0) }
    }

    /// The mean of max(1 - y p, 0)² over the last axis; targets are -1 or 1, or 0 or 1 throughout.
    public static var squaredHinge: Loss { squaredHinge() }
    public static func squaredHinge(
        reduction: Reduction = .sumOverBatchSize, name: String = "squared_hinge"
    ) -> Loss {
        overLastAxis(name, "SquaredHinge", reduction) { y, p in (1 - signs(y) * p).maximum(0).square() }
    }

    /// max(0, 1 + the largest (1 - y) p - Σ y p) over the classes of each sample; targets are one-hot rows.
    public static var categoricalHinge: Loss { categoricalHinge() }
    public static func categoricalHinge(
        reduction: Reduction = .sumOverBatchSize, name: String = "categorical_hinge"
    ) -> Loss {
        matched(name, "CategoricalHinge", reduction) { y, p in
            let (own, other) = ((y * p).sum(axis: -1), ((1 - y) * p).max(axis: -1))
            return (other - own + 1).maximum(0)
        }
    }

    /// Targets of 0 and 1 as -1 and 1, if there is no other number among them.
    private static func signs(_ y: Tensor) -> Tensor {
        let areBinary = ((y .== 0) .| (y .== 1)).all()
        return .where(areBinary, y * 2 - 1, y)
    }
}
