import IbexGraph

extension Loss {
    /// 1 - 2 Σ y p / (Σ y + Σ p): how little two masks overlap, over everything or over an axis.
    public static var dice: Loss { dice() }
    public static func dice(
        axis: [Int]? = nil, reduction: Reduction = .sumOverBatchSize, name: String = "dice"
    ) -> Loss {
        matched(name, "Dice", reduction, arguments: ["axis": axes(axis)]) { y, p in
            let common = (y * p).sum(axes: axis)
            return 1 - common * 2 / (y.sum(axes: axis) + p.sum(axes: axis) + Logits.fuzz)
        }
    }

    /// Dice's loss with weights for what is missed and what is too much (Salehi et al., 2017).
    public static var tversky: Loss { tversky() }

    /// 1 - Σ y p / (Σ y p + α Σ y (1 - p) + β Σ (1 - y) p), over everything or over an axis (Salehi et al., 2017; which of
    /// the two is α's follows Keras).
    public static func tversky(
        alpha: Double = 0.5, beta: Double = 0.5, axis: [Int]? = nil, reduction: Reduction = .sumOverBatchSize,
        name: String = "tversky"
    ) -> Loss {
        let arguments: Config = ["alpha": .double(alpha), "beta": .double(beta), "axis": axes(axis)]
        return matched(name, "Tversky", reduction, arguments: arguments) { y, p in
            let common = (y * p).sum(axes: axis)
            let missed = (y * (1 - p)).sum(axes: axis)
            let extra = ((1 - y) * p).sum(axes: axis)
            return 1 - common / (common + missed * alpha + extra * beta + Logits.fuzz)
        }
    }

    private static func axes(_ axis: [Int]?) -> ConfigValue { axis.map { .array($0.map { .int($0) }) } ?? .null }
}
