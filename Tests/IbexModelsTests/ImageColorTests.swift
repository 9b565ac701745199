import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Colours and tones changed by amounts that are not left to chance. The numbers come from Keras 3.15.1 on NumPy: each layer
/// with both ends of its factor the same, on the same nine pixels.
@Suite(.serialized) struct ImageColorTests {
    static let pixels: [Float] = [
        0.2, 0.5, 0.9, 0.8, 0.3, 0.1, 0.4, 0.4, 0.4, 0.05, 0.95, 0.5, 0.6, 0.1, 0.7, 1, 0, 0.25, 0.3, 0.2, 0.6, 0.9,
        0.85,
        0.8, 0.15, 0.65, 0.35,
    ]
    /// Between whole numbers from 0 to 255.
    private static let bytes: [Float] = pixels.map { ($0 * 255).rounded(.toNearestOrEven) + 0.25 }

    func result(
        _ layer: Layer, _ pixels: [Float] = Self.pixels, training: Bool = true
    ) throws -> [Double] {
        try layer(Tensor(shape: [1, 3, 3, 3], scalars: pixels), training: training).doubles()
    }

    func expect(
        _ got: [Double], _ want: [Double], _ what: String, location: SourceLocation = #_sourceLocation
    ) {
        let values = Values([want.count], .float32, got)
        expectClose(values, Values([want.count], .float32, want), .absolute(5e-6), what, sourceLocation: location)
    }

    @Test(arguments: ["cpu", "opencl"]) func colours(device: String) throws {
        try PlainKernels.withDevice(device) {
            let rows: [(Layer, [Double])] = [
                (RandomSaturation([0.6, 0.6], valueRange: [0, 1]), Self.saturated),
                (RandomSaturation([0.3, 0.3], valueRange: [0, 1]), Self.pale),
                (RandomColorDegeneration([0.4, 0.4], valueRange: [0, 1]), Self.degenerate),
                (RandomGrayscale(factor: 1), Self.grey),
                (RandomHue([1, 1], valueRange: [0, 1]), Self.opposite),
                (RandomInvert([1, 1], valueRange: [0, 1]), Self.pixels.map { 1 - Double($0) }),
                (Solarization(valueRange: [0, 1]), Self.pixels.map { 1 - Double($0) }),
            ]
            for (layer, want) in rows {
                expect(try result(layer), want, "\(device), \(layer.className)")
                expect(try result(layer, training: false), Self.pixels.map(Double.init), layer.className)
            }
        }
    }

    @Test(arguments: ["cpu", "opencl"]) func tones(device: String) throws {
        try PlainKernels.withDevice(device) {
            let rows: [(Layer, [Float], [Double])] = [
                (RandomSharpness([0.9, 0.9], valueRange: [0, 1]), Self.pixels, Self.sharp),
                (RandomSharpness([0.2, 0.2], valueRange: [0, 1]), Self.pixels, Self.smooth),
                (RandomPosterization([2, 2]), Self.bytes, Self.posterized),
                (AutoContrast(valueRange: [0, 1]), Self.pixels, Self.stretched),
                (Equalization(), Self.bytes, Self.equalized),
                (Equalization(valueRange: [0, 1], bins: 8), Self.pixels, Self.equalizedInEight),
            ]
            for (layer, pixels, want) in rows {
                expect(try result(layer, pixels), want, "\(device), \(layer.className)")
            }
            // Without chance, so also when not training; a channel of one value stays.
            let flat = Self.pixels.enumerated().map { $0 % 3 == 1 ? Float(0.3) : $1 }
            let stretched = Self.stretched.enumerated().map { $0 % 3 == 1 ? 0.3 : $1 }
            expect(try result(AutoContrast(valueRange: [0, 1]), flat, training: false), stretched, device)
        }
    }

    /// Hue turns one way or the other by half the factor; a picture that is sheared leans one way or the other.
    @Test(arguments: ["cpu", "opencl"]) func eitherWay(device: String) throws {
        try PlainKernels.withDevice(device) {
            let numbers = (1...12).map(Float.init)
            let rows: [(Layer, Shape, [Float], [[Double]])] = [
                (
                    RandomHue([0.6, 0.6], valueRange: [0, 1], seed: 4), [3, 3, 3], Self.pixels, [Self.ahead, Self.back]
                ),
                (
                    RandomShear(xFactor: [0.5, 0.5], yFactor: [0.25, 0.25], fillMode: .constant, seed: 4), [3, 4, 1],
                    numbers,
                    [
                        [1, 3, 5, 7, 5.5, 7.5, 9.5, 5.5, 10, 8.25, 6, 0],
                        [1, 1.5, 1.5, 1, 2.5, 4.5, 4.5, 4.5, 0, 8, 8, 8],
                    ]
                ),
                (
                    RandomShear(xFactor: [0.5, 0.5], yFactor: [0.25, 0.25], seed: 4), [3, 4, 1], numbers,
                    [[1, 3, 5, 7, 5.5, 7.5, 9.5, 11, 10, 11, 12, 12], [1, 2, 3, 4, 5, 4.5, 4.5, 4.5, 9, 8, 8, 8]]
                ),
            ]
            for (layer, shape, scalars, wanted) in rows {
                let picture = Tensor(shape: shape, scalars: scalars)
                let y = try layer(
                    picture.expandedDims(axis: 0).broadcast(to: Shape([40] + shape.extents)), training: true)
                var found = [0, 0]
                for index in 0..<40 {
                    let got = try y[index].doubles()
                    let way = wanted.firstIndex { zip($0, got).allSatisfy { abs($0 - $1) < 5e-6 } }
                    found[try #require(way, "\(device), \(layer.className): \(got)")] += 1
                }
                #expect(found.allSatisfy { $0 > 8 }, "\(device), \(layer.className): \(found)")
            }
        }
    }

    /// Shares of pictures that chance changes: probabilities of 0.3 and 0.25, bits of 1 to 3, thresholds up to 255.
    @Test(arguments: ["cpu", "opencl"]) func chance(device: String) throws {
        try PlainKernels.withDevice(device) {
            let pictures = Tensor.fill(100, [1000, 1, 1, 3], .float32)
            func share(_ layer: Layer, of value: Double) throws -> Double {
                let first = try layer(pictures, training: true)[0..., 0, 0, 0].doubles()
                return Double(first.count { abs($0 - value) < 1e-3 }) / 1000
            }
            #expect(abs(try share(RandomInvert([0.3, 0.3], seed: 1), of: 155) - 0.3) < 0.05)
            #expect(abs(try share(Solarization(thresholdFactor: 1, seed: 1), of: 155) - 100.0 / 255) < 0.05)
            for (bits, value) in [(1, 0.0), (2, 64), (3, 96)] {
                #expect(abs(try share(RandomPosterization(4, seed: 1), of: value) - 1.0 / 3) < 0.05, "\(bits) bits")
            }
            let red = pictures * Tensor([1, 0, 0] as [Float])
            let grey = try RandomGrayscale(factor: 0.25, seed: 1)(red, training: true)[0..., 0, 0, 1].doubles()
            #expect(abs(Double(grey.count { abs($0 - 29.89) < 1e-3 }) / 1000 - 0.25) < 0.05)
        }
    }

    /// The jitter is the layers that it is made of, one after the other.
    @Test(arguments: ["cpu", "opencl"]) func jitter(device: String) throws {
        try PlainKernels.withDevice(device) {
            let range = [0.0, 1]
            let jitter = RandomColorJitter(
                valueRange: range, brightnessFactor: [0.1, 0.1], saturationFactor: [0.3, 0.3], hueFactor: [1, 1])
            let parts = [
                RandomBrightness([0.1, 0.1], valueRange: range), RandomSaturation([0.3, 0.3], valueRange: range),
                RandomHue([1, 1], valueRange: range),
            ]
            var x = Tensor(shape: [1, 3, 3, 3], scalars: Self.pixels)
            for part in parts { x = try part(x, training: true) }
            expect(try result(jitter), try x.doubles(), device)
        }
    }

    /// One number means what it means to Keras, as its configurations show.
    @Test func factors() throws {
        let rows: [(Layer, String, ConfigValue)] = [
            (RandomHue(0.3), "factor", [0.0, 0.3]), (RandomSaturation(0.3), "factor", [-0.3, 0.3]),
            (RandomColorDegeneration(0.3), "factor", [-0.3, 0.3]), (RandomSharpness(0.3), "factor", [0.0, 0.3]),
            (RandomPosterization(4), "factor", [1.0, 4.0]), (RandomInvert(), "factor", [0.0, 1.0]),
            (RandomGrayscale(), "factor", 0.5), (Solarization(additionFactor: 0.2), "addition_factor", [0.0, 0.2]),
            (RandomShear(xFactor: 0.2), "x_factor", [-0.2, 0.2]), (Equalization(), "bins", 256),
            (AutoContrast(), "value_range", [0.0, 255.0]),
        ]
        for (layer, key, want) in rows { #expect(layer.config[key] == want, "\(layer.className)") }
        let picture: Shape = [1, 2, 2, 3]
        for layer in [RandomHue(1.5), RandomSharpness([-0.1, 0.5]), RandomPosterization([0, 3]), RandomInvert(2)] {
            expectError(.argument, at: layer.className, found: "factor [") { try layer.buildIfNeeded([picture]) }
        }
        for layer in [RandomShear(xFactor: [-0.1, 0.3]), Solarization(thresholdFactor: [0.5, 1.5])] as [Layer] {
            expectError(.argument, at: layer.className, expected: "two numbers from 0") {
                try layer.buildIfNeeded([picture])
            }
        }
        for layer in [RandomHue(0.1), RandomSaturation(0.1), RandomColorDegeneration(0.1), RandomGrayscale()] {
            expectError(.shape, at: layer.className, expected: "three channels") {
                try layer.buildIfNeeded([[1, 2, 2, 1]])
            }
        }
        for layer in [AutoContrast(valueRange: [1, 0]), Equalization(bins: 1)] {
            expectError(.argument, at: layer.className) { try layer.buildIfNeeded([picture]) }
        }
    }
}

extension ImageColorTests {
    private static let saturated: [Double] = [
        0, 0.3857143, 0.9, 0.8, 0.2285715, 0, 0.4, 0.4, 0.4, 0, 0.95, 0.475, 0.5833334, 0, 0.7, 1, 0, 0.25,
        0.1500001, 1e-07, 0.6, 0.9, 0.825, 0.7500001, 0, 0.65, 0.2600001,
    ]
    private static let pale: [Double] = [
        0.6000001, 0.7285715, 0.9, 0.8, 0.5857143, 0.5000001, 0.4, 0.4, 0.4, 0.5642858, 0.95, 0.7571429,
        0.6571429, 0.4428572, 0.7, 1, 0.5714287, 0.6785715, 0.4714286, 0.4285715, 0.6, 0.9, 0.8785715, 0.8571429,
        0.4357143, 0.65, 0.5214286,
    ]
    private static let degenerate: [Double] = [
        0.302352, 0.482352, 0.722352, 0.650648, 0.350648, 0.230648, 0.399984, 0.399984, 0.399984, 0.281838,
        0.821838, 0.551838, 0.487136, 0.187136, 0.547136, 0.73096, 0.13096, 0.28096, 0.290188, 0.230188,
        0.470188, 0.883664, 0.853664, 0.823664, 0.276514, 0.576514, 0.396514,
    ]
    private static let grey: [Double] = [
        0.45588, 0.45588, 0.45588, 0.42662, 0.42662, 0.42662, 0.39996, 0.39996, 0.39996, 0.629595, 0.629595,
        0.629595, 0.31784, 0.31784, 0.31784, 0.3274, 0.3274, 0.3274, 0.27547, 0.27547, 0.27547, 0.85916, 0.85916,
        0.85916, 0.466285, 0.466285, 0.466285,
    ]
    private static let opposite: [Double] = [
        0.9, 0.6, 0.2, 0.1, 0.6000001, 0.8, 0.4, 0.4, 0.4, 0.95, 0.05, 0.5, 0.1999999, 0.7, 0.1, 0, 1, 0.75,
        0.4999999, 0.6, 0.2, 0.8, 0.85, 0.9, 0.65, 0.15, 0.4500002,
    ]
    private static let sharp: [Double] = [
        0.2092308, 0.6630769, 1, 1, 0.3276923, 0, 0.4492307, 0.5723077, 0.5323077, 0, 1, 0.5553846, 0.6615385, 0,
        0.8046153, 1, 0, 0.2284615, 0.3523077, 0.1815385, 0.7723078, 1, 1, 1, 0.07, 0.9115384, 0.4146154,
    ]
    private static let smooth: [Double] = [
        0.1930769, 0.3776923, 0.6276923, 0.6084616, 0.2792308, 0.19, 0.363077, 0.2707692, 0.3007692, 0.1607692,
        0.6892307, 0.4584615, 0.5538462, 0.2407693, 0.6215385, 0.7623077, 0.1061539, 0.2661538, 0.2607692,
        0.2138462, 0.4707692, 0.6646154, 0.6238462, 0.6153846, 0.21, 0.4538462, 0.3015385,
    ]
    private static let posterized: [Double] = [
        0, 128, 192, 192, 64, 0, 64, 64, 64, 0, 192, 128, 128, 0, 128, 192, 0, 64, 64, 0, 128, 192, 192, 192, 0,
        128, 64,
    ]
    private static let stretched: [Double] = [
        0.1578947, 0.5263158, 1, 0.7894737, 0.3157895, 0, 0.3684211, 0.4210526, 0.375, 0, 1, 0.5, 0.5789474,
        0.1052632, 0.75, 1, 0, 0.1875, 0.2631579, 0.2105263, 0.625, 0.8947368, 0.8947368, 0.875, 0.1052632,
        0.6842105, 0.3125,
    ]
    private static let equalized: [Double] = [
        64, 159, 255, 191, 96, 0, 128, 128, 96, 0, 255, 128, 159, 32, 191, 255, 0, 32, 96, 64, 159, 223, 223,
        223, 32, 191, 64,
    ]
    private static let equalizedInEight: [Double] = [
        0.2509804, 0.572549, 1, 0.7490196, 0.427451, 0, 0.5019608, 0.427451, 0.3764706, 0, 1, 0.5019608,
        0.6235294, 0, 0.7490196, 1, 0, 0.1254902, 0.5019608, 0.1411765, 0.7490196, 0.8745099, 0.8588236,
        0.8745099, 0.2509804, 0.7137255, 0.3764706,
    ]
    private static let ahead: [Double] = [
        0.9, 0.2, 0.64, 0.1, 0.8, 0.16, 0.4, 0.4, 0.4, 0.3200002, 0.05, 0.95, 0.7, 0.4799999, 0.1, 0.45, 1, 0,
        0.6, 0.2200003, 0.2, 0.8, 0.9, 0.83, 0.2500002, 0.15, 0.65,
    ]
    private static let back: [Double] = [
        0.36, 0.9, 0.2, 0.4399998, 0.1, 0.8, 0.4, 0.4, 0.4, 0.95, 0.6800001, 0.05, 0.1, 0.68, 0.7, 0, 0.0500002,
        1, 0.2, 0.6, 0.3800001, 0.8700001, 0.8, 0.9, 0.65, 0.45, 0.15,
    ]
}
