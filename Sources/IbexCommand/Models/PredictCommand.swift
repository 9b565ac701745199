import ArgumentParser
import Ibex

/// `ibex predict FILE --input X.npy`: a model's results for samples, as a table or in a file.
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Compute a model's results for samples.",
        discussion: """
            Samples lie along the first axis of each array. Without --output a table is printed: the most likely classes
            where the results are probabilities of classes, else the numbers themselves.

              ibex predict digits.keras --input images.npy
              ibex predict two.h5 --input left=l.npy --input right=r.npy --output results.npz --device opencl
            """)

    @Argument(help: "A model: .keras or .h5.")
    var file: String

    @Option(
        help: ArgumentHelp(
            "An array of samples; of a model with several inputs one for each, or an .npz that holds them by name.",
            valueName: "[NAME=]X.npy"))
    var input: [NamedFile]

    @Option(
        help: ArgumentHelp(
            "Where results go: an .npy, or an .npz for several, named and ordered as the model's outputs.",
            valueName: "Y.npy"))
    var output: String?

    @Option(help: ArgumentHelp("Rows of the table.", valueName: "N"))
    var rows = 20

    @OptionGroup var options: RunOptions

    func run() throws {
        let (names, results) = try options.onDevice {
            let model = try ModelSource.model(file, compile: false)
            if let output { try Self.check(output, results: model.resultNames.count) }
            let inputs = try input.tensors(for: model.inputNames, what: "input")
            return (model.resultNames, try model.predict(inputs, batchSize: options.batchSize, verbose: 0))
        }
        switch output {
        case nil:
            for (name, result) in zip(names, results) {
                if results.count > 1 { print("\(name):") }
                print(try PredictionTable(result, limit: rows).text)
            }
        case let path? where path.lowercased().hasSuffix(".npz"):
            try saveNPZ(NamedTensors(zip(names, results).map { ($0, $1) }), to: path)
        case let path?: try saveNPY(results[0], to: path)
        }
    }

    private static func check(_ path: String, results: Int) throws {
        let name = path.lowercased()
        guard name.hasSuffix(".npz") || (name.hasSuffix(".npy") && results == 1) else {
            throw IbexError(
                .argument, at: "--output", found: path,
                expected: results == 1 ? "a file .npy or .npz" : "a file .npz for \(results) results")
        }
    }
}
