import Foundation
import IbexGraph
import IbexTestSupport
import Testing

@testable import IbexPictures

@Suite struct PictureFormatTests {
    private let square = Picture(width: 30, height: 20, marks: [])
    private let pngSignature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

    @Test func aPNGHasTwicePointsAsPixels() throws {
        let png = try square.png()
        #expect(Array(png.prefix(8)) == pngSignature)
        // The header's width and height, big-endian, at 16 and 20.
        #expect(Array(png[16..<24]) == [0, 0, 0, 60, 0, 0, 0, 40])
    }

    @Test func anSVGHasPoints() throws {
        let svg = try String(decoding: square.svg(), as: UTF8.self)
        #expect(svg.contains("viewBox=\"0 0 30 20\""))
    }

    /// Outlines instead of letters: an SVG needs no font where it is shown.
    @Test func textInAnSVGIsOutlines() throws {
        var drawing = Drawing()
        drawing.text("loss", .label, at: Point(2, 2))
        let svg = try String(decoding: drawing.picture(width: 40, height: 20).svg(), as: UTF8.self)
        #expect(svg.contains("<symbol") && !svg.contains("<text") && !svg.contains("font-family"))
    }

    /// cairo numbers what it defines on through a process; an image and a text make it define something.
    @Test func anSVGHasTheSameBytesEachTime() throws {
        let image = try ImageBuffer(width: 2, height: 1, pixels: [0, 255])
        let picture = try Picture.imageGrid([image, image], labels: ["a", "b"])
        let svg = try picture.svg()
        #expect(String(decoding: svg, as: UTF8.self).contains("<image"))
        #expect(try picture.svg() == svg)
    }

    @Test func theExtensionSaysTheFormat() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ibex-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (png, svg) = (folder.path + "/a.PNG", folder.path + "/a.svg")
        try square.write(to: png)
        try square.write(to: svg)
        #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: png)).prefix(8)) == pngSignature)
        #expect(try String(contentsOfFile: svg, encoding: .utf8).hasPrefix("<?xml"))
        expectError(.argument, at: folder.path + "/a.jpg", found: "the extension .jpg") {
            try square.write(to: folder.path + "/a.jpg")
        }
        expectError(.argument, at: folder.path + "/a", found: "no extension") {
            try square.write(to: folder.path + "/a")
        }
        // Nothing else is left behind.
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["a.PNG", "a.svg"])
    }

    @Test func tooLargeForPixels() throws {
        let tall = Picture(width: 10, height: 20_000, marks: [])
        expectError(.argument, at: "a picture of 10x20000 points", found: "scale 2.0") { _ = try tall.png() }
        #expect(try !tall.svg().isEmpty)
    }
}
