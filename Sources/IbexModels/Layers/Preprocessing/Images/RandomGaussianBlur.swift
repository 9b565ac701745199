import Foundation
import IbexGraph
import IbexRuntime

/// Pictures blurred by a Gaussian while training, with a probability drawn from `factor`, which lies within 0...1.
///
/// y = Σ g(i) g(j) x(row + i, column + j) with g(i) = exp(-i² / 2σ²) / Σ, zeros beyond the edges. The two σ, of columns and
/// of rows, are drawn once for a batch from `sigma`, within 0...1 as in Keras; `kernelSize` gives the odd number of columns
/// and rows that are summed.
///
///     RandomGaussianBlur([0.5, 0.5], kernelSize: 5, sigma: [0.3, 1])
public final class RandomGaussianBlur: FactorColor, ConfiguredLayer {
    public let kernelSize: [Int]
    public let sigma: FactorRange

    override class var bounds: ClosedRange<Double> { 0...1 }

    public init(
        _ factor: FactorRange = 1, kernelSize: IntPair = 3, sigma: FactorRange = 1, valueRange: [Double] = [0, 255],
        seed: UInt64? = nil, dataFormat: ImageDataFormat? = nil, name: String? = nil
    ) {
        self.kernelSize = kernelSize.values
        self.sigma = sigma.from(0)
        super.init(factor, valueRange: valueRange, seed: seed, dataFormat: dataFormat, name: name)
    }

    public override init(config: Config) throws {
        let place = "RandomGaussianBlur"
        kernelSize = try config.sizes("kernel_size", 2, at: place, default: [3, 3])
        sigma = config["sigma"] == nil ? [0, 1] : try config.factor("sigma", at: place).from(0)
        try super.init(config: config)
    }

    override func size(for images: Shape) throws -> (rows: Int, columns: Int) {
        guard kernelSize.count == 2, kernelSize.allSatisfy({ $0 > 0 && $0 % 2 == 1 }) else {
            throw argumentError("kernel size \(kernelSize)", expected: "two odd numbers")
        }
        try sigma.check(self, "sigma", within: 0...1)
        return try super.size(for: images)
    }

    override func changed(_ images: Tensor) -> Tensor {
        let isBlurred = drawColor(FactorRange([0, 1]), for: images) .< drawFactor(for: images)
        let blurred = blurred(blurred(images, axis: 2, kernelSize[0]), axis: 1, kernelSize[1])
        return held(Tensor.where(isBlurred, blurred, images))
    }

    /// The weighted sum of `size` cells around each along an axis.
    private func blurred(_ images: Tensor, axis: Int, _ size: Int) -> Tensor {
        let deviation = Tensor.randomUniform([1], dtype: dtype) * (sigma.upper - sigma.lower) + (sigma.lower + 1e-6)
        let places = (Tensor.arange(size).cast(to: dtype) - Double(size / 2)) / deviation
        let bell = (places * places * -0.5).exp()
        let weights = bell / bell.sum()
        let margin = (0..<images.rank).map { $0 == axis ? size / 2 : 0 }
        let wide = images.padded(low: margin, high: margin)
        var sum = Tensor.fill(0, images.shape, dtype)
        for index in 0..<size {
            sum = sum + wide.narrowed(axis: axis, start: index, count: images.shape[axis]) * weights[index]
        }
        return sum
    }

    public override var config: Config {
        super.config.merging([
            "kernel_size": .array(kernelSize.map { .int($0) }), "sigma": sigma.configValue,
        ]) { $1 }
    }
}
