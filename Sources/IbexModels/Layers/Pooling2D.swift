import IbexGraph
import IbexRuntime

/// What the two pooling layers share.
public class Pooling2D: Layer {
    let geometry: ImageWindow

    init(geometry: ImageWindow, name: String?) {
        self.geometry = geometry
        super.init(name: name)
    }

    func pooled(_ x: Tensor, _ window: Window) -> Tensor { x }

    public override func build(_ inputs: [Shape]) throws { _ = try geometry.check(self, inputs) }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        let image = try geometry.check(self, inputs)
        let positions = geometry.positions(over: image)
        return [geometry.fromChannelsLast([image[0], positions.rows, positions.columns, image[3]])]
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        let x = geometry.toChannelsLast(input.cast(to: dtype))
        return geometry.fromChannelsLast(pooled(x, geometry.window(over: x.shape)))
    }

    public override var config: Config {
        super.config.merging([
            "pool_size": geometry.size.configValue, "strides": geometry.strides.configValue,
            "padding": .string(geometry.padding.rawValue), "data_format": .string(geometry.format.rawValue),
        ]) { $1 }
    }
}

/// The largest element of each window; padding never wins.
///
///     MaxPooling2D(2)
public final class MaxPooling2D: Pooling2D, ConfiguredLayer {
    public init(
        _ poolSize: IntPair = 2, strides: IntPair? = nil, padding: Padding = .valid, dataFormat: ImageDataFormat? = nil,
        name: String? = nil
    ) {
        super.init(
            geometry: ImageWindow(size: poolSize, strides: strides ?? poolSize, padding: padding, format: dataFormat),
            name: name)
    }

    public init(config: Config) throws {
        super.init(
            geometry: try ImageWindow(config: config, size: "pool_size", defaultStrides: nil, place: "MaxPooling2D"),
            name: config["name"]?.string)
        try applyCommon(config)
    }

    override func pooled(_ x: Tensor, _ window: Window) -> Tensor { .apply(Ops.MaxPool2D(window), x) }
}

/// The mean of each window; with padding `.same`, of its real cells only.
///
///     AveragePooling2D(2)
public final class AveragePooling2D: Pooling2D, ConfiguredLayer {
    public init(
        _ poolSize: IntPair = 2, strides: IntPair? = nil, padding: Padding = .valid, dataFormat: ImageDataFormat? = nil,
        name: String? = nil
    ) {
        super.init(
            geometry: ImageWindow(size: poolSize, strides: strides ?? poolSize, padding: padding, format: dataFormat),
            name: name)
    }

    public init(config: Config) throws {
        super.init(
            geometry: try ImageWindow(
                config: config, size: "pool_size", defaultStrides: nil, place: "AveragePooling2D"),
            name: config["name"]?.string)
        try applyCommon(config)
    }

    override func pooled(_ x: Tensor, _ window: Window) -> Tensor { .apply(Ops.AveragePool2D(window), x) }
}
