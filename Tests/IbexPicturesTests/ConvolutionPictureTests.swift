import Ibex
import IbexTestSupport
import Testing

@testable import IbexPictures

@Suite struct ConvolutionPictureTests {
    private func images(_ picture: Picture) -> [ImageBuffer] {
        picture.marks.compactMap { if case .image(let image, _) = $0 { image } else { nil } }
    }

    /// Filters of 1 and -1 on one scale: the ends of the colours.
    @Test func filtersHaveOneScale() throws {
        try PlainKernels.withDevice("cpu") {
            let layer = Conv2D(2, kernelSize: [1, 2], useBias: false, name: "edges")
            let model = Sequential([Input(shape: [4, 4, 1]), layer])
            // (1, 2, 1, 2): the first filter is 1, -1, the second 0, 0.5.
            try layer.setWeights([Tensor(shape: [1, 2, 1, 2], scalars: [1, 0, -1, 0.5] as [Float])])
            let picture = try Picture.filters(of: model.getLayer(named: "edges"))
            let shown = images(picture)
            let ends = [0, 0.5, 1].map { ColorMap.diverging.color($0).bytes }
            #expect(shown.count == 2 && shown[0].pixels == ends[2] + ends[0])
            #expect(Array(shown[1].pixels.prefix(3)) == ColorMap.diverging.color(128.0 / 255).bytes)
            #expect(picture.flaws == [] && picture.words.contains("edges: 2 filters"))
        }
    }

    @Test func coloursAndMeans() throws {
        try PlainKernels.withDevice("cpu") {
            let rgb = Conv2D(1, kernelSize: 1, useBias: false)
            _ = Sequential([Input(shape: [2, 2, 3]), rgb])
            try rgb.setWeights([Tensor(shape: [1, 1, 3, 1], scalars: [2, -2, 0] as [Float])])
            #expect(images(try Picture.filters(of: rgb))[0].pixels == [255, 0, 127])
            #expect(
                images(try Picture.filters(of: rgb, inputChannel: 0))[0].pixels == ColorMap.diverging.color(1).bytes)
            let deep = Conv2D(70, kernelSize: 3)
            _ = Sequential([Input(shape: [4, 4, 5]), deep])
            let picture = try Picture.filters(of: deep)
            #expect(images(picture).count == 64 && picture.flaws == [])
            expectError(.argument, found: "input channel 5") { _ = try Picture.filters(of: deep, inputChannel: 5) }
            expectError(.argument, found: "class Dense") { _ = try Picture.filters(of: Dense(3)) }
            expectError(.state, found: "not built") { _ = try Picture.filters(of: Conv2D(3, kernelSize: 3)) }
        }
    }

    @Test(arguments: ["cpu", "opencl"]) func activations(device: String) throws {
        try PlainKernels.withDevice(device) {
            let layer = Conv2D(2, kernelSize: 1, useBias: false, name: "twice")
            let model = Sequential([Input(shape: [1, 2, 1]), layer, Flatten(name: "flat")])
            try layer.setWeights([Tensor(shape: [1, 1, 1, 2], scalars: [1, -1] as [Float])])
            let x = Tensor(shape: [1, 1, 2, 1], scalars: [0, 3] as [Float])
            let picture = try Picture.activations(of: "twice", in: model, for: x)
            let (low, high) = (ColorMap.night.color(0).bytes, ColorMap.night.color(1).bytes)
            #expect(images(picture).map(\.pixels) == [low + high, high + low])
            #expect(picture.flaws == [])
            expectError(.shape, found: "(1, 4)") { _ = try Picture.activations(of: "flat", in: model, for: x) }
            expectError(.name) { _ = try Picture.activations(of: "thrice", in: model, for: x) }
        }
    }
}
