import ArgumentParser
import Glibc
import Ibex
import IbexRuns

/// `ibex train DESCRIPTION`: trains a model as a file describes it, and writes what it came to.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a model that a file describes, and report on it.",
        discussion: """
            The file, JSON or YAML, says what is trained, on which data and how, under Keras's names; Documentation/Training.md \
            lists the keys. The model, a log, a record and a page with pictures go to a folder.

              ibex train mnist-cnn.yaml
              ibex train mnist-cnn.yaml --device opencl --epochs 3 --output runs/short
              ibex train mnist-cnn.yaml --set compile.optimizer.learning_rate=0.01 --dry-run

            Control-C ends the training after the running batch; model, log, record and page are written all the same, and \
            the exit status is 130. Control-C once more ends the command at once.
            """)

    @Argument(help: "A description: .yaml or .json.")
    var description: String

    @Option(
        help: ArgumentHelp(
            "A value in place of the file's, such as fit.epochs=3 or fit.callbacks[0].patience=5; may be repeated.",
            valueName: "KEY=VALUE"))
    var set: [String] = []

    @Option(
        help: ArgumentHelp(
            "cpu, opencl, opencl:gpu, opencl:1, opencl:nvidia or auto; `ibex devices` lists what there is.",
            valueName: "D"))
    var device: String?

    @Option(help: ArgumentHelp("The number of the epoch to end with.", valueName: "N"))
    var epochs: Int?

    @Option(help: ArgumentHelp("The folder for the results.", valueName: "FOLDER"))
    var output: String?

    @Flag(help: "Put the results in place of an earlier training's.")
    var overwrite = false

    @Flag(help: "Check the description and the data and show the model, but train nothing and write nothing.")
    var dryRun = false

    func run() throws {
        var file = try DescriptionFile(path: description)
        for text in set { try file.set(text) }
        if let device { try file.set(.string(device), at: "device", option: "--device") }
        if let epochs { try file.set(.int(epochs), at: "fit.epochs", option: "--epochs") }
        if let output { try file.setFolder(output, option: "--output") }
        let job = TrainingJob(try TrainingDescription(file), file: description)
        guard !dryRun else {
            print(try job.check())
            print("\nThe description and the data fit. Nothing was trained.")
            return
        }
        let outcome = try job.run(overwrites: overwrite)
        let folder = outcome.folder
        try Report(folder: folder).write(to: folder.report)
        print("\n\(folder.report) shows what it came to; the model is \(folder.path)/\(job.description.modelFile).")
        // A script that goes on with the trained model should not take this one for it.
        if outcome.interruption != nil { throw ExitCode(128 + SIGINT) }
    }
}
