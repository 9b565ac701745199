import Foundation
import Ibex
import IbexPictures
import IbexTestSupport
import Testing

/// Documentation/Pictures.md shows code that runs, and the pictures that it shows are there.
@Suite struct PicturesPageTests {
    @Test func pageShowsThisCode() throws { try Pages.expectPage("Pictures", shows: "PicturesPageCode") }

    @Test func codeDraws() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/ibex-\(UUID())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try PlainKernels.withDevice("cpu") {
            let model = Sequential([
                Input(shape: [6, 6, 1]), Conv2D(2, kernelSize: 3, name: "convolution"), Flatten(),
                Dense(10, activation: .softmax),
            ])
            model.compile(optimizer: .sgd(), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
            let x = Tensor.randomUniform([20, 6, 6, 1])
            let y = Tensor((0..<20).map { Int32($0 % 10) })
            let history = try model.fit(x, y, epochs: 2, verbose: 0, validationData: (x, y))
            try drawTraining(history, in: folder)
            try drawMistakes(model, x, y, in: folder)
            try drawConvolution(model, x, in: folder)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 12)
    }

    /// Every picture of the gallery that the page shows exists, and the gallery is small.
    @Test func galleryIsThere() throws {
        for line in try Pages.lines("Documentation/Pictures.md") where line.hasPrefix("![") {
            let path = line.split(separator: "(")[1].dropLast()
            #expect(try Pages.bytes("Documentation/\(path)") > 1000)
        }
    }
}
