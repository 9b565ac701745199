import CIbexCairo
import Foundation
import Ibex
import IbexArrays
import IbexTestSupport
import Testing

@testable import IbexPictures

@Suite struct ImageBufferTests {
    /// Width, height, bits and kind of colour as a PNG's header has them.
    private func header(_ png: Data) -> [UInt8] { Array(png[16..<26]) }

    /// The pixels of a PNG as cairo reads them: opacity, red, green, blue.
    private func decoded(_ png: Data) throws -> [UInt32] {
        let path = FileManager.default.temporaryDirectory.path + "/ibex-\(UUID()).png"
        try png.write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let surface = cairo_image_surface_create_from_png(path)
        defer { cairo_surface_destroy(surface) }
        let (width, height) = (cairo_image_surface_get_width(surface), cairo_image_surface_get_height(surface))
        let stride = Int(cairo_image_surface_get_stride(surface))
        let bytes = try #require(cairo_image_surface_get_data(surface))
        return (0..<Int(height)).flatMap { row in
            (0..<Int(width)).map { column in
                UnsafeRawPointer(bytes).load(fromByteOffset: row * stride + 4 * column, as: UInt32.self)
            }
        }
    }

    @Test func colourIsKept() throws {
        let image = try ImageBuffer(width: 3, height: 1, channels: 3, pixels: [255, 0, 1, 2, 3, 4, 250, 251, 252])
        let png = try image.png()
        #expect(header(png) == [0, 0, 0, 3, 0, 0, 0, 1, 8, 2])
        #expect(try decoded(png).map { $0 & 0xFF_FFFF } == [0xFF0001, 0x020304, 0xFAFBFC])
    }

    @Test func greyIsOneByteAPixel() throws {
        let pixels: [UInt8] = [0, 1, 127, 128, 254, 255]
        let png = try ImageBuffer(width: 3, height: 2, pixels: pixels).png()
        #expect(header(png) == [0, 0, 0, 3, 0, 0, 0, 2, 8, 0])
        #expect(try decoded(png).map { $0 & 0xFF } == pixels.map(UInt32.init))
    }

    @Test func opacityIsKept() throws {
        let png = try ImageBuffer(width: 2, height: 1, channels: 4, pixels: [200, 100, 50, 255, 9, 9, 9, 0]).png()
        #expect(header(png) == [0, 0, 0, 2, 0, 0, 0, 1, 8, 6])
        #expect(try decoded(png) == [0xFFC8_6432, 0])
    }

    /// Each kind of pixels as another reader sees them, several rows of them.
    @Test(arguments: 1...4) func pixelsComeBack(channels: Int) throws {
        let (width, height) = (5, 3)
        var pixels = (0..<width * height * channels).map { UInt8($0 * 37 % 251) }
        // Cairo keeps colours times their opacity.
        if channels % 2 == 0 {
            for index in stride(from: channels - 1, to: pixels.count, by: channels) { pixels[index] = 255 }
        }
        let png = Data(
            try PNGImage(width: width, height: height, channels: channels, pixels: pixels[...]).encoded())
        let expected = (0..<width * height).map { index in
            let own = pixels[index * channels..<(index + 1) * channels].map { UInt32($0) }
            return channels < 3 ? own[0] * 0x01_0101 : own[0] << 16 | own[1] << 8 | own[2]
        }
        let found = try decoded(png)
        #expect(found.map { $0 & 0xFF_FFFF } == expected)
        guard channels != 2 else { return }
        #expect(try ImageBuffer(width: width, height: height, channels: channels, pixels: pixels).png() == png)
    }

    @Test func whatIsNoImage() {
        expectError(.argument, found: "3 numbers", expected: "4 for 2x2") {
            _ = try ImageBuffer(width: 2, height: 2, pixels: [1, 2, 3])
        }
        expectError(.argument, found: "2x2 pixels with 2 channels") {
            _ = try ImageBuffer(width: 2, height: 2, channels: 2, pixels: [UInt8](repeating: 0, count: 8))
        }
        expectError(.argument, found: "0x1 pixels") { _ = try ImageBuffer(width: 0, height: 1, pixels: []) }
    }

    @Test func imagesOfATensor() throws {
        try PlainKernels.withDevice("cpu") {
            let unit = try ImageBuffer.images(Tensor(shape: [2, 1, 2], scalars: [0, 0.5, 1, 0.2] as [Float]))
            #expect(unit.map(\.pixels) == [[0, 128], [255, 51]])
            let wide = try ImageBuffer.images(Tensor(shape: [1, 1, 3], scalars: [-1, 0, 3] as [Float]))
            #expect(wide[0].pixels == [0, 64, 255])
            let given = try ImageBuffer.images(
                Tensor(shape: [1, 1, 3], scalars: [-1, .nan, 3] as [Float]), range: 0...2)
            #expect(given[0].pixels == [0, 0, 255])
            let color = try ImageBuffer.images(Tensor(shape: [1, 1, 1, 3], scalars: [9, 8, 7] as [UInt8]))
            #expect(color[0].channels == 3 && color[0].pixels == [9, 8, 7])
            expectError(.shape, found: "(2, 2)") {
                _ = try ImageBuffer.images(Tensor([[1, 2], [3, 4]] as [[Float]]))
            }
        }
    }
}
