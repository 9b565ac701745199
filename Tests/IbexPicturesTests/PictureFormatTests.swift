import CIbexCairo
import Foundation
import Testing

@testable import IbexPictures

struct PictureFormatTests {
    private let square = Picture(width: 30, height: 20) { context in
        cairo_set_source_rgb(context, 1, 1, 1)
        cairo_paint(context)
    }

    @Test func aPNGHasTwicePointsAsPixels() throws {
        let png = try square.png()
        #expect(Array(png.prefix(8)) == [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
        // The header's width and height, big-endian, at 16 and 20.
        #expect(Array(png[16..<24]) == [0, 0, 0, 60, 0, 0, 0, 40])
    }

    @Test func anSVGHasPoints() throws {
        let svg = try #require(String(data: square.svg(), encoding: .utf8))
        #expect(svg.contains("viewBox=\"0 0 30 20\""))
    }
}
