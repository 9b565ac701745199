import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Parts of pictures erased, and neighbours mixed. The blurred numbers come from Keras 3.15.1 on NumPy.
extension ImageColorTests {
    @Test(arguments: ["cpu", "opencl"]) func blur(device: String) throws {
        try PlainKernels.withDevice(device) {
            let square = RandomGaussianBlur([1, 1], sigma: [0.8, 0.8], valueRange: [0, 1])
            expect(try result(square), Self.blurred, device)
            let wide = RandomGaussianBlur([1, 1], kernelSize: [5, 3], sigma: [0.8, 0.8], valueRange: [0, 1])
            expect(try result(wide), Self.blurredWide, device)
            expect(try result(wide, training: false), Self.pixels.map(Double.init), device)
            expect(try result(RandomGaussianBlur([0, 0])), Self.pixels.map(Double.init), device)
        }
    }

    /// Rectangles of half the rows and columns of 8: wherever they begin, each covers four whole numbers; everything
    /// else stays.
    @Test(arguments: ["cpu", "opencl"]) func erasing(device: String) throws {
        try PlainKernels.withDevice(device) {
            let all = RandomErasing([1, 1], scale: [1, 1], fillValue: [0.2, 0.4, 0.6], valueRange: [0, 1])
            expect(try result(all), (0..<27).map { [0.2, 0.4, 0.6][$0 % 3] }, device)
            let quarter = RandomErasing([0.5, 0.5], scale: [0.25, 0.25], fillValue: [7], seed: 3)
            let y = try quarter(Tensor.fill(1, [400, 8, 8, 2], .float32), training: true)
            let isErased = (y .== 7).cast(to: .float32)
            let perPicture = try isErased.sum(axes: [1, 2, 3]).doubles()
            #expect(Set(perPicture) == [0, 32])
            #expect(abs(Double(perPicture.count { $0 == 32 }) / 400 - 0.5) < 0.08)
            // A rectangle begins between pixels, so that the first row and column are never in it; all others have their turn.
            let perPixel = try isErased.sum(axes: [0, 3]).doubles()
            for (index, count) in perPixel.enumerated() {
                #expect((count > 0) == (index >= 8 && index % 8 > 0), "pixel \(index)")
            }
            let noise = try result(RandomErasing([1, 1], scale: [1, 1], valueRange: [0, 1], seed: 1))
            #expect(Set(noise).count > 5 && noise.allSatisfy { (0...1).contains($0) })
        }
    }

    @Test func argumentsOfRegions() throws {
        let picture: Shape = [1, 4, 4, 3]
        expectError(.argument, at: "RandomErasing", found: "fill value [1.0, 2.0]") {
            try RandomErasing(fillValue: [1, 2]).buildIfNeeded([picture])
        }
        expectError(.argument, at: "RandomErasing", found: "scale [0.1, 1.5]") {
            try RandomErasing(scale: [0.1, 1.5]).buildIfNeeded([picture])
        }
        expectError(.argument, at: "RandomGaussianBlur", found: "kernel size [4, 4]", expected: "odd") {
            try RandomGaussianBlur(kernelSize: 4).buildIfNeeded([picture])
        }
        #expect(RandomErasing().config["scale"] == [0.02, 0.33] && RandomErasing().config["factor"] == [0.0, 1.0])
        #expect(RandomGaussianBlur().config["sigma"] == [0.0, 1.0])
    }

    private static let blurred: [Double] = [
        0.1948142, 0.2979068, 0.3600834, 0.42768, 0.2607688, 0.3196038, 0.3678332, 0.1521374, 0.1926463, 0.2479595,
        0.424363, 0.4621214, 0.5665554, 0.389198, 0.5251134, 0.5130682, 0.2091575, 0.3004291, 0.2345395, 0.2847749,
        0.3656652, 0.4362158, 0.4044035, 0.4666854, 0.3121851, 0.288878, 0.2663519,
    ]
    private static let blurredWide: [Double] = [
        0.1960899, 0.2894198, 0.3501797, 0.4089221, 0.2493316, 0.3055862, 0.3542518, 0.1561675, 0.1971203, 0.2514143,
        0.4112538, 0.4486456, 0.5417066, 0.372128, 0.5020822, 0.4937582, 0.214528, 0.3008379, 0.231211, 0.2797257,
        0.3549443, 0.4170836, 0.3866665, 0.4462168, 0.3021891, 0.2834765, 0.2641589,
    ]
}
