import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Pictures of a few pixels, moved in ways that are worked out by hand.
@Suite struct ImageLayerTests {
    private func image(_ rows: [[Float]]) -> Tensor {
        Tensor(shape: [1, rows.count, rows[0].count, 1], scalars: rows.flatMap { $0 })
    }

    private static let square: [[Float]] = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]

    private func check(
        _ layer: Layer, _ rows: [[Float]], _ want: [[Double]], _ device: String, training: Bool = true,
        location: SourceLocation = #_sourceLocation
    ) throws {
        try PlainKernels.withDevice(device) {
            let y = try layer(image(rows), training: training)
            let got = Values(y.shape, y.dtype, try y.doubles())
            let values = Values([1, want.count, want[0].count, 1], .float32, want.flatMap { $0 })
            expectClose(got, values, .absolute(2e-5), "\(device), \(layer.place)", sourceLocation: location)
        }
    }

    /// A quarter turn counter-clockwise: the right column becomes the top row.
    @Test(arguments: ["cpu", "opencl"]) func quarterTurn(device: String) throws {
        let want: [[Double]] = [[3, 6, 9], [2, 5, 8], [1, 4, 7]]
        for interpolation in PixelInterpolation.allCases {
            try check(RandomRotation([0.25, 0.25], interpolation: interpolation), Self.square, want, device)
        }
        try check(
            RandomRotation([0.5, 0.5], fillMode: .nearest), Self.square, [[9, 8, 7], [6, 5, 4], [3, 2, 1]], device)
    }

    /// One row down and one column to the right of three, with what each mode shows beyond the border.
    @Test(arguments: ["cpu", "opencl"]) func translation(device: String) throws {
        let wanted: [(FillMode, [[Double]])] = [
            (.constant, [[-1, -1, -1], [-1, 1, 2], [-1, 4, 5]]),
            (.nearest, [[1, 1, 2], [1, 1, 2], [4, 4, 5]]),
            (.reflect, [[1, 1, 2], [1, 1, 2], [4, 4, 5]]),
            (.wrap, [[9, 7, 8], [3, 1, 2], [6, 4, 5]]),
        ]
        for (mode, want) in wanted {
            for interpolation in PixelInterpolation.allCases {
                let layer = RandomTranslation(
                    heightFactor: [1.0 / 3, 1.0 / 3], widthFactor: [1.0 / 3, 1.0 / 3], fillMode: mode,
                    interpolation: interpolation, fillValue: -1)
                try check(layer, Self.square, want, device)
            }
        }
        // Two columns to the left: reflect shows d c after d.
        try check(
            RandomTranslation(heightFactor: 0, widthFactor: [-0.5, -0.5]), [[1, 2, 3, 4]], [[3, 4, 4, 3]], device)
        // Half a pixel to the right: the means of neighbours.
        try check(
            RandomTranslation(heightFactor: 0, widthFactor: [0.125, 0.125], fillMode: .nearest), [[1, 2, 3, 4]],
            [[1, 1.5, 2.5, 3.5]], device)
    }

    /// Factor 1 zooms out to twice the extent, factor -½ in to half of it, about the middle.
    @Test(arguments: ["cpu", "opencl"]) func zoom(device: String) throws {
        try check(
            RandomZoom([1, 1], fillMode: .constant), Self.square, [[0, 0, 0], [0, 5, 0], [0, 0, 0]], device)
        try check(
            RandomZoom([-0.5, -0.5]), Self.square, [[3, 3.5, 4], [4.5, 5, 5.5], [6, 6.5, 7]], device)
        try check(
            RandomZoom(0, widthFactor: [-0.5, -0.5]), [[1, 3, 5]], [[2, 3, 4]], device)
    }

    /// A picture comes out as it is or mirrored, about half of them each way.
    @Test(arguments: ["cpu", "opencl"]) func flips(device: String) throws {
        try PlainKernels.withDevice(device) {
            let one = [1, 2, 3, 4] as [Double]
            let mirrored: [(RandomFlip.Mode, [Double])] = [
                (.horizontal, [2, 1, 4, 3]), (.vertical, [3, 4, 1, 2]), (.horizontalAndVertical, [4, 3, 2, 1]),
            ]
            let images = Tensor(shape: [1, 2, 2, 1], scalars: one.map { Float($0) }).broadcast(to: [400, 2, 2, 1])
            for (mode, other) in mirrored {
                let y = try RandomFlip(mode, seed: 5)(images, training: true).doubles()
                let pictures = (0..<400).map { Array(y[4 * $0..<4 * $0 + 4]) }
                let turned = pictures.count { $0 == other }
                #expect(turned + pictures.count { $0 == one } == 400)
                #expect(abs(turned - 200) < 40)
                #expect(try RandomFlip(mode)(images).doubles() == (0..<400).flatMap { _ in one })
            }
        }
    }

    /// Every place is drawn, for each picture by itself, and what is shown is a part of the picture.
    @Test(arguments: ["cpu", "opencl"]) func crops(device: String) throws {
        try PlainKernels.withDevice(device) {
            let images = Tensor((0..<12).map { Float($0) }).reshaped(1, 3, 4, 1).broadcast(to: [300, 3, 4, 1])
            let y = try RandomCrop(height: 2, width: 2, seed: 8)(images, training: true)
            #expect(y.shape == [300, 2, 2, 1])
            let values = try y.doubles()
            let corners = (0..<300).map { values[4 * $0] }
            #expect(Set(corners) == [0, 1, 2, 4, 5, 6])
            for picture in 0..<300 {
                #expect((0..<4).map { values[4 * picture + $0] - corners[picture] } == [0, 1, 4, 5])
            }
        }
    }

    /// TensorFlow's rule: the place (i + ½) · old / new - ½, held within the picture.
    @Test(arguments: ["cpu", "opencl"]) func resizing(device: String) throws {
        try check(
            Resizing(height: 1, width: 6), [[1, 2, 4]], [[1, 1.25, 1.75, 2.5, 3.5, 4]], device, training: false)
        try check(Resizing(height: 1, width: 2), [[1, 2, 4, 8]], [[1.5, 6]], device, training: false)
        try check(
            Resizing(height: 2, width: 5, interpolation: .nearest), [[1, 2, 3]], [[1, 1, 2, 3, 3], [1, 1, 2, 3, 3]],
            device, training: false)
        // Four columns of two rows cut to the middle two, then doubled by nearness.
        try check(
            Resizing(height: 2, width: 2, cropToAspectRatio: true), [[1, 2, 3, 4], [5, 6, 7, 8]], [[2, 3], [6, 7]],
            device, training: false)
        try check(
            Resizing(height: 3, width: 3, padToAspectRatio: true, fillValue: 9), [[1, 2, 3]],
            [[9, 9, 9], [1, 2, 3], [9, 9, 9]], device, training: false)
        try check(CenterCrop(height: 1, width: 2), Self.square, [[4, 5]], device, training: false)
        // Too few rows: one column of the two has the wanted proportions.
        try check(CenterCrop(height: 2, width: 2), [[1, 3]], [[1, 1], [1, 1]], device, training: false)
    }

    /// Contrast 2 about the mean 4, brightness by a tenth of the range, held within it.
    @Test(arguments: ["cpu", "opencl"]) func colours(device: String) throws {
        try PlainKernels.withDevice(device) {
            let contrast = try RandomContrast([1, 1], valueRange: [0, 10], seed: 2)(
                image([[2, 4], [4, 6]]).broadcast(to: [50, 2, 2, 1]), training: true)
            for picture in 0..<50 {
                let values = try contrast[picture].doubles()
                #expect(abs(values[1] - 4) < 1e-5 && abs(values[0] + values[3] - 8) < 1e-5)
                #expect((0...4).contains(values[0]))
            }
        }
        try check(
            RandomBrightness([0.1, 0.1], valueRange: [0, 10]), [[0, 5], [9.5, 10]], [[1, 6], [10, 10]], device)
    }

    /// Inside a compiled step the numbers differ from run to run.
    @Test(arguments: ["cpu", "opencl"]) func runsInACompiledStep(device: String) throws {
        try withDevice(device) {
            let layer = RandomRotation(0.5)
            let step = compile { [try layer($0[0], training: true)] }
            let x = image(Self.square)
            let first = try step(x)[0].doubles()
            #expect(try step(x)[0].doubles() != first)
            #expect(step.programCount == 1)
        }
    }
}
