import Foundation
import IbexArrays
import IbexGraph

/// The folder of a training's results, and what the files in it are called.
package struct RunFolder: Sendable {
    package let path: String

    package init(_ path: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// What was trained, how, on what, and what it came to.
    package var record: String { path + "/run.json" }
    /// The values of each epoch.
    package var log: String { path + "/training.csv" }
    /// What pictures are drawn of: classes, confidences, images, filters.
    package var arrays: String { path + "/arrays.npz" }
    /// The page.
    package var report: String { path + "/report.html" }

    /// Makes the folder, ready for a training.
    ///
    /// - Parameter overwrites: whether an earlier training's results may go.
    /// - Throws: `IbexError` of kind `file` where a training has ended in it, or it cannot be made.
    func prepare(overwrites: Bool) throws {
        let manager = FileManager.default
        if manager.fileExists(atPath: record) {
            guard overwrites else {
                throw IbexError(
                    .file, at: path, found: "the results of an earlier training", expected: "a folder without any",
                    remedy: "Name another with --output, or say --overwrite.")
            }
            for file in [record, log, arrays, report] where manager.fileExists(atPath: file) {
                try manager.removeItem(atPath: file)
            }
        }
        do { try manager.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
            throw IbexError(
                .file, at: path, found: "a folder that cannot be made (\(error.localizedDescription))",
                expected: "a folder to write to")
        }
    }
}
