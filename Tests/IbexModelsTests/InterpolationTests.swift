import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Upsampling by the interpolations that the oracle has no cases for.
///
/// The numbers are `jax.image.resize(x, shape, method, antialias=False)` of JAX 0.10.2, which has TensorFlow's weights:
/// half-pixel centres, cells outside left out, the others scaled to 1.
@Suite struct InterpolationTests {
    private static let x: [Float] = [1, -2, 4, 0.5, 3, 7]
    private static let golden: [(Interpolation, factor: Int, [Double])] = [
        (
            .bicubic, 2,
            [
                1.264706, 0.29927, -1.748092, -0.910156, 2.957031, 3.652344, 1.175781, 0.667969, 2.128906, 4.057252,
                6.29562, 7.352942,
            ]
        ),
        (
            .bicubic, 3,
            [
                1.31579, 1, -0.034483, -1.464286, -2, -0.314814, 2.370371, 4, 3.314814, 1.574074, 0.5, 0.833334,
                1.833334, 3, 4.464286, 5.98276, 7, 7.421052,
            ]
        ),
        (
            .lanczos3, 2,
            [
                1.620764, 0.07474, -1.916403, -0.872924, 3.006951, 3.850906, 1.484762, 0.191526, 1.643643, 4.364619,
                6.397918, 7.427261,
            ]
        ),
        (
            .lanczos5, 3,
            [
                2.19295, 1, -0.480884, -1.799874, -2, -0.290986, 2.376411, 4, 3.784957, 2.263144, 0.5, -0.28532,
                0.729982, 3, 5.098319, 6.371868, 7, 7.331495,
            ]
        ),
        (.bilinear, 2, [1, 0.25, -1.25, -0.5, 2.5, 3.125, 1.375, 1.125, 2.375, 4, 6, 7]),
    ]

    @Test(arguments: ["cpu", "opencl"]) func rowsAndColumns(device: String) throws {
        try PlainKernels.withDevice(device) {
            for (interpolation, factor, want) in Self.golden {
                let rows = Tensor(shape: [1, 6, 1, 1], scalars: Self.x)
                let columns = Tensor(shape: [1, 1, 6, 1], scalars: Self.x)
                for (x, size) in [(rows, [factor, 1]), (columns, [1, factor])] {
                    let y = try UpSampling2D(IntPair(size), interpolation: interpolation)(x)
                    expectClose(
                        Values([6 * factor], .float32, try y.doubles()), Values([6 * factor], .float32, want),
                        .ofPeak(1e-6), "\(device), \(interpolation) by \(factor)")
                }
            }
        }
    }

    /// What is the same everywhere stays so, at the edges too.
    @Test(arguments: Interpolation.allCases) func constants(interpolation: Interpolation) throws {
        let y = try UpSampling2D([3, 2], interpolation: interpolation)(Tensor.ones([1, 2, 4, 2], .float32))
        #expect(y.shape == [1, 6, 8, 2])
        #expect(try y.scalars(as: Float.self).allSatisfy { abs($0 - 1) < 1e-6 })
    }
}
