import IbexGraph

/// The identity, with a penalty on its input: (l1 Σ |x| + l2 Σ x²) / batch.
///
///     ActivityRegularization(l2: 1e-3)
public final class ActivityRegularization: Layer, ConfiguredLayer {
    public let l1: Double
    public let l2: Double

    public init(l1: Double = 0, l2: Double = 0, name: String? = nil) {
        self.l1 = l1
        self.l2 = l2
        super.init(name: name)
        activityRegularizer = .l1l2(l1: l1, l2: l2)
    }

    public convenience init(config: Config) throws {
        let place = "ActivityRegularization"
        self.init(
            l1: try config.double("l1", at: place, default: 0), l2: try config.double("l2", at: place, default: 0),
            name: config.layerName)
        let penalty = activityRegularizer
        try applyCommon(config)
        activityRegularizer = penalty
    }

    public override var supportsMasking: Bool { true }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] { [try single(inputs)] }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor { input.cast(to: dtype) }

    public override var config: Config { super.config.merging(["l1": .double(l1), "l2": .double(l2)]) { $1 } }
}
