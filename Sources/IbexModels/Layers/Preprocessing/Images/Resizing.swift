import IbexGraph
import IbexRuntime

/// Pictures in another size, with half-pixel centres and without antialiasing, as TensorFlow resizes.
///
/// With `cropToAspectRatio` the middle part of the wanted proportions is resized; with `padToAspectRatio` the picture is
/// first padded with `fillValue` to the wanted proportions. Shapes: [batch, rows, columns, channels] to
/// [batch, height, width, channels], or channels first.
///
///     Resizing(height: 224, width: 224)
public final class Resizing: ImageLayer, ConfiguredLayer {
    public let height: Int
    public let width: Int
    public let interpolation: Interpolation
    public let cropToAspectRatio: Bool
    public let padToAspectRatio: Bool
    public let fillValue: Double

    public init(
        height: Int, width: Int, interpolation: Interpolation = .bilinear, cropToAspectRatio: Bool = false,
        padToAspectRatio: Bool = false, fillValue: Double = 0, dataFormat: ImageDataFormat? = nil, name: String? = nil
    ) {
        self.height = height
        self.width = width
        self.interpolation = interpolation
        self.cropToAspectRatio = cropToAspectRatio
        self.padToAspectRatio = padToAspectRatio
        self.fillValue = fillValue
        super.init(dataFormat: dataFormat, name: name)
    }

    /// - Throws: `IbexError` also for antialiasing and for kinds of interpolation that are not built.
    public convenience init(config: Config) throws {
        let place = "Resizing"
        guard try !config.bool("antialias", at: place, default: false) else {
            throw IbexError(.argument, at: "\(place), key antialias", found: "true", expected: "false")
        }
        let fill = try config.string("fill_mode", at: place, default: "constant")
        guard fill == "constant" else {
            throw IbexError(.argument, at: "\(place), key fill_mode", found: "\"\(fill)\"", expected: "constant")
        }
        self.init(
            height: try config.int("height", at: place), width: try config.int("width", at: place),
            interpolation: try config.choice("interpolation", at: place, default: .bilinear),
            cropToAspectRatio: try config.bool("crop_to_aspect_ratio", at: place, default: false),
            padToAspectRatio: try config.bool("pad_to_aspect_ratio", at: place, default: false),
            fillValue: try config.double("fill_value", at: place, default: 0),
            dataFormat: try config.dataFormat(at: place), name: config.layerName)
        try applyCommon(config)
    }

    override func size(for images: Shape) throws -> (rows: Int, columns: Int) {
        try checkSize(height, width)
        guard !cropToAspectRatio || !padToAspectRatio else {
            throw argumentError("cropping and padding to the aspect ratio", expected: "one of them, or none")
        }
        return (height, width)
    }

    override func pictured(_ images: Tensor, _ context: CallContext) -> Tensor {
        var x = images
        if cropToAspectRatio { x = x.croppedToAspect(rows: height, columns: width) }
        if padToAspectRatio { x = padded(x) }
        return x.resized(rows: height, columns: width, interpolation)
    }

    private func padded(_ x: Tensor) -> Tensor {
        let (rows, columns) = (x.shape[1], x.shape[2])
        let (wantedRows, wantedColumns) = (max(rows, columns * height / width), max(columns, rows * width / height))
        let (top, left) = ((wantedRows - rows) / 2, (wantedColumns - columns) / 2)
        return x.padded(
            low: [0, top, left, 0], high: [0, wantedRows - rows - top, wantedColumns - columns - left, 0],
            value: fillValue)
    }

    public override var config: Config {
        super.config.merging([
            "height": .int(height), "width": .int(width), "interpolation": .string(interpolation.rawValue),
            "crop_to_aspect_ratio": .bool(cropToAspectRatio), "pad_to_aspect_ratio": .bool(padToAspectRatio),
            "fill_mode": "constant", "fill_value": .double(fillValue), "antialias": false,
        ]) { $1 }
    }
}

/// The middle of pictures; one that is smaller is resized, its proportions kept by cropping.
///
///     CenterCrop(height: 24, width: 24)
public final class CenterCrop: ImageLayer, ConfiguredLayer {
    public let height: Int
    public let width: Int

    public init(height: Int, width: Int, dataFormat: ImageDataFormat? = nil, name: String? = nil) {
        self.height = height
        self.width = width
        super.init(dataFormat: dataFormat, name: name)
    }

    public convenience init(config: Config) throws {
        let place = "CenterCrop"
        self.init(
            height: try config.int("height", at: place), width: try config.int("width", at: place),
            dataFormat: try config.dataFormat(at: place), name: config.layerName)
        try applyCommon(config)
    }

    override func size(for images: Shape) throws -> (rows: Int, columns: Int) {
        try checkSize(height, width)
        return (height, width)
    }

    override func pictured(_ images: Tensor, _ context: CallContext) -> Tensor {
        images.centerCropped(rows: height, columns: width)
    }

    public override var config: Config {
        super.config.merging(["height": .int(height), "width": .int(width)]) { $1 }
    }
}

extension Layer {
    /// Checks the size of the pictures that a layer is to make.
    func checkSize(_ height: Int, _ width: Int) throws(IbexError) {
        guard height > 0, width > 0 else {
            throw argumentError("height \(height), width \(width)", expected: "positive numbers")
        }
    }
}

extension Tensor {
    /// The middle of pictures, or the pictures resized where they are smaller.
    func centerCropped(rows: Int, columns: Int) -> Tensor {
        let (below, beside) = (shape[1] - rows, shape[2] - columns)
        guard below >= 0, beside >= 0 else {
            return croppedToAspect(rows: rows, columns: columns).resized(rows: rows, columns: columns, .bilinear)
        }
        return cropped(row: below / 2, column: beside / 2, rows: rows, columns: columns)
    }
}
