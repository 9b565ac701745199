import ArgumentParser
import Ibex
import IbexRuns

/// `ibex report RUN`: makes the page of a training again.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Make the page of a training again, from its record or its log alone.",
        discussion: """
            The page is one file: it needs no network and no program to be read, and prints well.

              ibex report runs/mnist-cnn
              ibex report training.csv --output training.html
            """)

    @Argument(help: ArgumentHelp("The folder of a training, or a log that CSVLogger wrote.", valueName: "run"))
    var source: String

    @Option(help: ArgumentHelp("Where the page goes; by default beside what it is made of.", valueName: "FILE"))
    var output: String?

    func run() throws {
        let report = try Report(path: source)
        let target = output ?? report.standardPath
        try report.write(to: target)
        print(target)
    }
}
