import Foundation
import Ibex
import IbexTestSupport
import Testing

@testable import IbexRuns

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite struct ReportTests {
    /// The digits of the example, for one epoch: images, a convolution, classes.
    private func trained(_ scratch: Scratch, name: String = "digits") throws -> RunFolder {
        var file = try DescriptionFile(path: "\(Descriptions.examples)/digits-cnn.yaml")
        try file.set("fit.epochs=1")
        try file.set("device=cpu")
        try file.set(.string(name), at: "name", option: "name")
        try file.setFolder(scratch.file("run"), option: "--output")
        return try TrainingJob(try TrainingDescription(file), file: "digits-cnn.yaml").run(verbose: 0).folder
    }

    @Test func holdsEverythingAndIsTheSameEachTime() throws {
        let scratch = try Scratch()
        let folder = try trained(scratch)
        let html = try Report(folder: folder).html()
        let page = try Page(html)
        #expect(
            page.headings == [
                "Curves", "Classes", "Mistakes", "Confidence", "Filters", "Model", "Configuration", "Machine and time",
            ])
        #expect(page.title == "digits")
        // Each picture says in words what it shows, and is inside the page.
        #expect(page.images.count >= 6 && page.images.allSatisfy { !($0["alt"] ?? "").isEmpty })
        #expect(page.images.allSatisfy { ($0["src"] ?? "").hasPrefix("data:image/") })
        #expect(page.images.contains { ($0["alt"] ?? "").hasPrefix("ROC curves; areas: 0 0.") })
        #expect(page.captions.count >= 4 && page.captions.allSatisfy { !$0.isEmpty })
        #expect(!html.contains("http") && !html.contains("<script"))
        #expect(page.text.contains("conv2d") && page.text.contains("epochs: 1") && page.text.contains("360"))
        #expect(try Report(path: folder.path).html() == html)
    }

    /// Names that would be markup, or no text at all.
    @Test func hostileNamesStayText() throws {
        let scratch = try Scratch()
        let name = "<script>alert(\"x\")</script> & 'y' ]]> \u{1}\u{7}"
        let html = try Report(folder: try trained(scratch, name: name)).html()
        #expect(!html.contains("<script") && !html.contains("\u{1}"))
        #expect(try Page(html).title == name.replacing("\u{1}", with: "\u{FFFD}").replacing("\u{7}", with: "\u{FFFD}"))
    }

    @Test func aLogAloneGivesItsCurves() throws {
        let scratch = try Scratch()
        let path = try scratch.write(Array("epoch,<b>,loss\r\n0,1,2\r\n1,nan,1\r\n".utf8), to: "some log.csv")
        let report = try Report(path: path)
        #expect(report.standardPath == scratch.file("some log.html"))
        let page = try Page(try report.html())
        #expect(page.title == "some log" && page.headings == ["Curves"] && page.images.count == 1)
        #expect(page.text.contains("<b>") && page.text.contains("NaN"))
    }

    /// A log that is longer than the training that the record tells of.
    @Test func aHundredEpochsAreDrawn() throws {
        let scratch = try Scratch()
        let folder = try trained(scratch)
        let lines = (0..<100).map {
            "\($0),\(0.9 - 0.5 / Double($0 + 1)),\(1 / Double($0 + 1)),0.5,\(1.1 / Double($0 + 1))"
        }
        let log = (["epoch,accuracy,loss,val_accuracy,val_loss"] + lines).joined(separator: "\r\n")
        try Data(log.utf8).write(to: URL(filePath: folder.log))
        let page = try Page(try Report(folder: folder).html())
        #expect(page.images[0]["alt"]?.hasPrefix("Curves over 100 epochs; at the end: accuracy 89.50 %") == true)
        #expect(page.text.contains("epoch 100"))
    }

    @Test func damagedResultsAreErrors() throws {
        let scratch = try Scratch()
        expectError(.file, at: "nothing", found: "nothing", expected: "the folder of a training") {
            _ = try Report(path: scratch.file("nothing"))
        }
        expectError(.file, at: "run.json", found: "No such file", expected: "the record of a training") {
            _ = try Report(path: scratch.path)
        }
        try scratch.write(Array("{\"format\": \"ibex-run-1\", \"name\": 3}".utf8), to: "run.json")
        expectError(.file, at: "run.json, name", found: "3", expected: "a text") { _ = try Report(path: scratch.path) }
        try scratch.write(Array("{\"format\": \"other\"}".utf8), to: "run.json")
        expectError(.file, at: "run.json", found: "the format \"other\"", expected: "ibex-run-1") {
            _ = try Report(path: scratch.path)
        }
    }
}

/// A page, read as XML.
private final class Page: NSObject, XMLParserDelegate {
    private(set) var title = ""
    private(set) var headings: [String] = []
    private(set) var captions: [String] = []
    private(set) var images: [[String: String]] = []
    private(set) var text = ""
    private var open: [String] = []
    private var piece = ""

    init(_ html: String) throws {
        super.init()
        let parser = XMLParser(data: Data(html.utf8))
        parser.delegate = self
        if !parser.parse() { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        open.append(name)
        piece = ""
        if name == "img" { images.append(attributes) }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        if open.last != "style" { text += string }
        piece += string
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        open.removeLast()
        switch name {
        case "title": title = piece
        case "h2": headings.append(piece)
        case "figcaption", "caption": captions.append(piece)
        default: break
        }
    }
}
