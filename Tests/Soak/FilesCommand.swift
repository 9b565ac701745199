import ArgumentParser
import Foundation
import IbexSoak

/// `soak files`: damages sample files many thousand times and reads them.
struct FilesCommand: ParsableCommand {
    static let formats = Soak.formats

    /// How many files lie between two signs of life.
    private static let block = 1000

    static let configuration = CommandConfiguration(
        commandName: "files",
        abstract: "Gives the readers of file formats damaged files; fails where one crashes, hangs or grows.",
        discussion: "Formats: \(formats.map(\.name).joined(separator: ", ")). The same seed gives the same files.")

    @Argument(help: "Formats to read; all of them where none is given.") var names: [String] = []
    @Option(help: "How many damaged files of each format.") var mutations = 100_000
    @Option(help: "The number of the first file: a failure is seen again with its number here and --mutations 1.")
    var first = 0
    @Option(help: "Another seed damages otherwise.") var seed: UInt64 = 1
    @Flag(inversion: .prefixedNo, help: "Whether a file fails that takes too long: not where others use the processor.")
    var time = true
    @Flag(help: "Says each file's number before it is read: the last one is that of a crash.") var trace = false

    func validate() throws {
        let unknown = names.filter { name in !Self.formats.contains { $0.name == name } }
        guard unknown.isEmpty else { throw ValidationError("no format '\(unknown.joined(separator: ", "))'") }
    }

    func run() throws {
        var passes = true
        for format in Self.formats where names.isEmpty || names.contains(format.name) {
            let soak = try Soak(format, isTimed: time, seed: seed)
            print("\(format.name): the file being read is \(soak.path)")
            var report = SoakReport(format: format.name, seed: seed)
            for start in stride(from: first, to: first + mutations, by: Self.block) {
                report.add(
                    try soak.run(start..<min(start + Self.block, first + mutations)) { number in
                        if trace { FileHandle.standardError.write(Data("at \(number)\n".utf8)) }
                    })
                FileHandle.standardError.write(Data("\(format.name): \(report.read + report.refused)\n".utf8))
            }
            print(report)
            passes = passes && report.passes
        }
        guard passes else { throw ExitCode.failure }
    }
}
