import Foundation
import IbexArrays
import IbexFiles
import IbexGraph
import IbexModels
import IbexRuntime

/// A training as a page: one HTML file with its pictures inside, which needs no network and no program to be read.
///
/// The same record, log and arrays give the same bytes.
///
///     let report = try Report(path: "runs/mnist-cnn")        // or a CSVLogger's file alone
///     try report.write(to: report.standardPath)
package struct Report {
    let title: String
    let record: RunRecord?
    let log: TrainingLog
    let arrays: RunArrays
    /// Where the page goes that lies beside what it is made of.
    package let standardPath: String

    /// The results that `ibex train` left in a folder.
    package init(folder: RunFolder) throws {
        let record = try RunRecord(path: folder.record)
        (title, self.record) = (record.name, record)
        log = try TrainingLog(path: folder.log, mayBeEmpty: record.interruption != nil)
        arrays = try RunArrays(path: folder.arrays)
        standardPath = folder.report
    }

    /// The folder of a training, or a log alone.
    ///
    /// - Throws: `IbexError` of kind `file` where neither is there, or something in it is damaged.
    package init(path: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw IbexError(
                .file, at: path, found: "nothing", expected: "the folder of a training, or a log that CSVLogger wrote")
        }
        if isFolder.boolValue {
            try self.init(folder: RunFolder(path))
            return
        }
        try self.init(logAt: URL(fileURLWithPath: path))
    }

    private init(logAt url: URL) throws {
        record = nil
        log = try TrainingLog(path: url.path)
        arrays = RunArrays()
        title = url.deletingPathExtension().lastPathComponent
        standardPath = url.deletingPathExtension().path + ".html"
    }

    /// Writes the page.
    package func write(to path: String) throws { try AtomicFile.write(Array(try html().utf8), to: path) }

    /// The text of the page.
    package func html() throws -> String {
        let page: HTML = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <title>\(title)</title>
            <style>
            \(HTML(stringLiteral: PageStyle.css))
            </style>
            </head>
            <body>
            <header>
            <h1>\(title)</h1>
            \(introduction)
            \(headlines)
            </header>
            <main>
            \(try withDevice(.cpu) { try sections() })
            </main>
            <footer><p>Made by Ibex (\(ibexVersion)).</p></footer>
            </body>
            </html>

            """
        return page.text
    }

    private func sections() throws -> [HTML] {
        [
            .section("Curves", id: "curves", [try curves(), epochTable]),
            .section("Classes", id: "classes", [try confusion(), classTable, try rocCurves()]),
            .section("Mistakes", id: "mistakes", [try mistakes()]),
            .section("Confidence", id: "confidence", [try confidence()]),
            .section("Filters", id: "filters", [try filters()]),
            .section("Model", id: "model", [try graph(), summary]),
            .section("Configuration", id: "configuration", [try configuration()]),
            .section("Machine and time", id: "machine", [machine]),
        ]
    }
}
