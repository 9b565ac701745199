import Ibex

/// A layer of a user's own with an argument of each kind: what it takes to read them can be reached from outside.
final class OwnLayer: Layer, ConfiguredLayer {
    enum Mode: String, CaseIterable { case fast, slow }

    let count: Int
    let rate: Double
    let isOn: Bool
    let label: String
    let sizes: [Int]
    let factors: [Double]
    let axis: Axes
    let limit: Double?
    let depth: Int?
    let mode: Mode
    let dataFormat: ImageDataFormat
    let seed: UInt64?
    let activation: ActivationFunction
    let initializer: Initializer
    let regularizer: Regularizer?
    let constraint: Constraint?
    let inner: Layer

    init(config: Config) throws {
        let place = "OwnLayer"
        count = try config.int("count", at: place)
        rate = try config.double("rate", at: place, default: 0.5)
        isOn = try config.bool("is_on", at: place, default: true)
        label = try config.string("label", at: place, default: "none")
        sizes = try config.ints("sizes", at: place, default: [1, 2])
        factors = try config.doubles("factors", at: place)
        axis = try config.axes("axis", at: place, default: -1)
        limit = try config.optionalDouble("limit", at: place)
        depth = try config.optionalInt("depth", at: place)
        mode = try config.choice("mode", at: place, default: .fast)
        dataFormat = try config.dataFormat(at: place)
        seed = config.seed
        activation = try config.activation()
        initializer = try config.initializer("initializer", default: .zeros)
        regularizer = try config.regularizer("regularizer")
        constraint = try config.constraint("constraint")
        inner = try config.layer("layer", at: place)
        super.init(name: config.layerName)
        try applyCommon(config)
    }

    override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor { try inner(input, context) }

    override var config: Config {
        super.config.merging([
            "count": .int(count), "rate": .double(rate), "is_on": .bool(isOn), "label": .string(label),
            "sizes": ConfigValue(sizes), "factors": .array(factors.map { .double($0) }), "axis": axis.configValue,
            "limit": ConfigValue(limit), "depth": ConfigValue(depth), "mode": .string(mode.rawValue),
            "data_format": .string(dataFormat.rawValue), "seed": ConfigValue(seed: seed),
            "activation": activation.serialized, "initializer": initializer.serialized,
            "regularizer": regularizer?.serialized ?? .null, "constraint": constraint?.serialized ?? .null,
            "layer": inner.serialized,
        ]) { $1 }
    }
}
