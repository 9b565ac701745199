import Glibc
import IbexGraph
import IbexOpenCL
import IbexTestSupport
import Testing

/// The polynomials of `float_math.cl`, over all of float's range.
@Suite struct FloatFunctionTests {
    private struct Row {
        let function: ElementwiseFunction
        /// In units in the last place.
        let bound: Double
    }

    private static let rows = [
        Row(function: .exp, bound: 1.5), Row(function: .expm1, bound: 2), Row(function: .log, bound: 1.5),
        Row(function: .log1p, bound: 2), Row(function: .tanh, bound: 3), Row(function: .erf, bound: 2),
        Row(function: .sigmoid, bound: 3), Row(function: .softplus, bound: 3),
    ]

    /// Every 65,537th bit pattern: both signs, subnormals, infinities, NaN.
    @Test func stayWithinTheirBounds() throws {
        var inputs = stride(from: UInt64(0), to: 1 << 32, by: 65_537).map { Double(Float(bitPattern: UInt32($0))) }
        inputs += [0, -0.0, .infinity, -.infinity, .nan, 1, -1, 88.7, -87.3, -87.4, -103.9, -104, -104.1]
        let x = Rig.constant(Values([inputs.count], .float32, inputs))
        let outputs = try Rig.evaluate(Self.rows.map { .apply(Ops.Elementwise($0.function), x) })
        for (row, output) in zip(Self.rows, outputs) {
            var worst = (error: 0.0, input: 0.0, output: 0.0)
            for (input, found) in zip(inputs, output.scalars) {
                let input = Double(Float(input))
                // A device may take subnormal numbers for 0, and ours do.
                let flushed = Self.flushed(row.function.evaluate([Self.flushed(input)]))
                let error = min(
                    Self.ulps(Float(found), row.function.evaluate([input])), Self.ulps(Float(found), flushed))
                if !(error <= worst.error) { worst = (error, input, found) }
            }
            #expect(worst.error <= row.bound, "\(row.function.name)(\(worst.input)) = \(worst.output)")
        }
    }

    private static func flushed(_ x: Double) -> Double { abs(x) < Double(Float.leastNormalMagnitude) ? 0 : x }

    /// The distance in units of the last place of the float nearest to `exact`; 0 for two NaNs or two equal infinities.
    private static func ulps(_ output: Float, _ exact: Double) -> Double {
        if exact.isNaN || output.isNaN { return exact.isNaN && output.isNaN ? 0 : .infinity }
        let nearest = Float(exact)
        if output == nearest && output.isInfinite { return 0 }
        if nearest.isInfinite || output.isInfinite {
            // On either side of the overflow threshold, a unit apart.
            return abs(exact) < 0x1.000002p128 && abs(exact) > 0x1.fffffcp127 ? 1 : .infinity
        }
        return abs(Double(output) - exact) / Double(nearest.isZero ? .leastNonzeroMagnitude : nearest.ulp)
    }
}
