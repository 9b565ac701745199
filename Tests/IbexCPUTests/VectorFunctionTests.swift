import CIbexVector
import Glibc
import Testing

/// A float function and the C library's in double precision; the bound is in units in the last place.
struct FloatFunction: Sendable, CustomStringConvertible {
    let name: String
    let bound: Double
    let exact: @Sendable (Double) -> Double
    var description: String { name }

    init(_ name: String, _ bound: Double, _ exact: @escaping @Sendable (Double) -> Double) {
        (self.name, self.bound, self.exact) = (name, bound, exact)
    }
}

@Suite struct VectorFunctionTests {
    static let functions = [
        FloatFunction("exp", 1.5) { exp($0) }, FloatFunction("expm1", 2) { expm1($0) },
        FloatFunction("log", 1.5) { log($0) }, FloatFunction("log1p", 2) { log1p($0) },
        FloatFunction("tanh", 3) { tanh($0) }, FloatFunction("erf", 2) { erf($0) },
        FloatFunction("sigmoid", 3) { 1 / (1 + exp(-$0)) },
        FloatFunction("softplus", 3) { $0 > 40 ? $0 + log1p(exp(-$0)) : log1p(exp($0)) },
        FloatFunction("sin", 2) { sin($0) }, FloatFunction("cos", 2) { cos($0) }, FloatFunction("tan", 4) { tan($0) },
        FloatFunction("sqrt", 0.5) { $0.squareRoot() }, FloatFunction("rsqrt", 2) { 1 / $0.squareRoot() },
        FloatFunction("floor", 0) { $0.rounded(.down) }, FloatFunction("ceil", 0) { $0.rounded(.up) },
        FloatFunction("round", 0) { $0.rounded(.toNearestOrEven) },
        FloatFunction("asin", 2) { asin($0) }, FloatFunction("sinh", 2.5) { sinh($0) },
    ]

    /// Every 4,099th bit pattern: both signs, denormals, infinities, NaN.
    @Test(arguments: functions)
    func staysWithinItsBound(_ function: FloatFunction) throws {
        let block = try #require(ibex_elementwise(function.name, Int32(IBEX_FLOAT32.rawValue)))
        var inputs: [Float] = stride(from: UInt64(0), to: 1 << 32, by: 4_099).map { Float(bitPattern: UInt32($0)) }
        inputs += [0, -0.0, .infinity, -.infinity, .nan, 1, -1, .greatestFiniteMagnitude, .leastNonzeroMagnitude]
        var outputs = [Float](repeating: 0, count: inputs.count)
        for start in stride(from: 0, to: inputs.count, by: 1_024) {
            let count = min(1_024, inputs.count - start)
            inputs.withUnsafeBytes { source in
                outputs.withUnsafeMutableBytes { target in
                    let operand = source.baseAddress.map { $0 + start * 4 }
                    block(count, target.baseAddress.map { $0 + start * 4 }, operand, operand, operand)
                }
            }
        }
        var worst = (error: 0.0, input: Float(0), output: Float(0))
        for (input, output) in zip(inputs, outputs) {
            let exact = function.exact(Double(input))
            let error = ulps(output, exact)
            if !(error <= worst.error) { worst = (error, input, output) }
        }
        #expect(worst.error <= function.bound, "\(function.name)(\(worst.input)) = \(worst.output)")
    }

    /// The distance in units of the last place of the float nearest to `exact`; 0 for two NaNs or two equal infinities.
    private func ulps(_ output: Float, _ exact: Double) -> Double {
        if exact.isNaN || output.isNaN { return exact.isNaN && output.isNaN ? 0 : .infinity }
        let nearest = Float(exact)
        if output == nearest { return output.isInfinite ? 0 : abs(Double(output) - exact) / unit(nearest) }
        if nearest.isInfinite || output.isInfinite {
            // On either side of the overflow threshold, a unit apart.
            return abs(exact) < 0x1.000002p128 && abs(exact) > 0x1.fffffcp127 ? 1 : .infinity
        }
        return abs(Double(output) - exact) / unit(nearest)
    }

    private func unit(_ value: Float) -> Double { Double(value.isZero ? .leastNonzeroMagnitude : value.ulp) }

    @Test func philoxGivesThePublishedAnswers() {
        func words(_ first: UInt64, _ high: UInt64, _ key: UInt64) -> [UInt32] {
            var words = [UInt32](repeating: 0, count: 4)
            ibex_philox(1, &words, first, high, key)
            return words
        }
        #expect(words(0, 0, 0) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
        #expect(words(.max, .max, .max) == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
        #expect(
            words(0x85a3_08d3_243f_6a88, 0x0370_7344_1319_8a2e, 0x299f_31d0_a409_3822)
                == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
    }

    /// Every half-precision number goes to float and back unchanged, and as Swift's `Float16` reads it.
    @Test func halvesSurvive() throws {
        let widen = try #require(ibex_cast(Int32(IBEX_FLOAT16.rawValue), Int32(IBEX_FLOAT32.rawValue)))
        let narrow = try #require(ibex_cast(Int32(IBEX_FLOAT32.rawValue), Int32(IBEX_FLOAT16.rawValue)))
        let halves = (0...UInt16.max).map { $0 }
        var floats = [Float](repeating: 0, count: halves.count)
        var back = [UInt16](repeating: 0, count: halves.count)
        widen(halves.count, &floats, halves, nil, nil)
        narrow(halves.count, &back, floats, nil, nil)
        for (index, half) in halves.enumerated() {
            let want = Float(Float16(bitPattern: half))
            if want.isNaN {
                #expect(floats[index].isNaN && Float16(bitPattern: back[index]).isNaN)
            } else if floats[index] != want || back[index] != half {
                Issue.record("half \(half): found \(floats[index]), expected \(want)")
            }
        }
    }
}
