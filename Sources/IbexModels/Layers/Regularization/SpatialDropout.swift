import IbexGraph
import IbexRuntime

/// What the dropouts of whole channels share: one draw for each sample and channel.
public class SpatialDropout: NoiseLayer {
    public let rate: Double
    let dataFormat: ImageDataFormat
    /// How many axes lie between batch and channels.
    private let spatialAxes: Int

    init(_ rate: Double, spatialAxes: Int, dataFormat: ImageDataFormat, seed: UInt64?, name: String?) {
        self.rate = rate
        self.spatialAxes = spatialAxes
        self.dataFormat = dataFormat
        super.init(seed: seed, name: name)
    }

    override func check(_ input: Shape) throws {
        guard (0...1).contains(rate) else { throw argumentError("rate \(rate)", expected: "a number from 0 to 1") }
        _ = try single([input], rank: spatialAxes + 2, "batch, \(spatialAxes) spatial and channels")
    }

    override func noisy(_ x: Tensor) -> Tensor {
        let channels = dataFormat == .channelsLast ? x.rank - 1 : 1
        return x.dropped(rate: rate, noiseShape: x.shape.keeping([0, channels]))
    }

    /// Keras writes the type as its name alone here.
    public override var config: Config {
        super.config.merging(["rate": .double(rate), "dtype": .string(dtype.rawValue)]) { $1 }
    }
}

/// Drops whole channels of sequences while training (Tompson et al., 2014): x [batch, time, channels].
///
///     SpatialDropout1D(0.2)
public final class SpatialDropout1D: SpatialDropout, ConfiguredLayer {
    public init(_ rate: Double, seed: UInt64? = nil, name: String? = nil) {
        super.init(rate, spatialAxes: 1, dataFormat: .channelsLast, seed: seed, name: name)
    }

    public convenience init(config: Config) throws {
        self.init(try config.double("rate", at: "SpatialDropout1D"), seed: config.seed, name: config.layerName)
        try applyCommon(config)
    }
}

/// Drops whole channels of images while training (Tompson et al., 2014): x [batch, rows, columns, channels].
///
///     SpatialDropout2D(0.2)
public final class SpatialDropout2D: SpatialDropout, ConfiguredLayer {
    public init(_ rate: Double, dataFormat: ImageDataFormat? = nil, seed: UInt64? = nil, name: String? = nil) {
        super.init(rate, spatialAxes: 2, dataFormat: dataFormat ?? defaultDataFormat(), seed: seed, name: name)
    }

    public convenience init(config: Config) throws {
        let place = "SpatialDropout2D"
        self.init(
            try config.double("rate", at: place), dataFormat: try config.dataFormat(at: place), seed: config.seed,
            name: config.layerName)
        try applyCommon(config)
    }

    public override var config: Config {
        super.config.merging(["data_format": .string(dataFormat.rawValue)]) { $1 }
    }
}

/// Drops whole channels of volumes while training (Tompson et al., 2014): x [batch, depth, rows, columns, channels].
///
///     SpatialDropout3D(0.2)
public final class SpatialDropout3D: SpatialDropout, ConfiguredLayer {
    public init(_ rate: Double, dataFormat: ImageDataFormat? = nil, seed: UInt64? = nil, name: String? = nil) {
        super.init(rate, spatialAxes: 3, dataFormat: dataFormat ?? defaultDataFormat(), seed: seed, name: name)
    }

    public convenience init(config: Config) throws {
        let place = "SpatialDropout3D"
        self.init(
            try config.double("rate", at: place), dataFormat: try config.dataFormat(at: place), seed: config.seed,
            name: config.layerName)
        try applyCommon(config)
    }

    public override var config: Config {
        super.config.merging(["data_format": .string(dataFormat.rawValue)]) { $1 }
    }
}
