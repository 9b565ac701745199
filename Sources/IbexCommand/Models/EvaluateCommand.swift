import ArgumentParser
import Ibex

/// `ibex evaluate FILE --input X.npy --labels Y.npy`: loss and metrics of a model.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Measure a model's loss and metrics on samples and their labels.",
        discussion: """
            What is measured is what the model was compiled with; --loss and --metric say something else.

              ibex evaluate digits.keras --input images.npy --labels classes.npy
            """)

    @Argument(help: "A model: .keras or .h5.")
    var file: String

    @Option(help: ArgumentHelp("An array of samples; one for each input.", valueName: "[NAME=]X.npy"))
    var input: [NamedFile]

    @Option(help: ArgumentHelp("An array of labels; one for each result.", valueName: "[NAME=]Y.npy"))
    var labels: [NamedFile]

    @Option(help: ArgumentHelp("A loss by Keras's name, such as sparse_categorical_crossentropy.", valueName: "NAME"))
    var loss: String?

    @Option(name: .customLong("metric"), help: ArgumentHelp("A metric by Keras's name.", valueName: "NAME"))
    var metrics: [String] = []

    @OptionGroup var options: RunOptions

    func run() throws {
        let result = try options.onDevice {
            let model = try ModelSource.model(file, compile: loss == nil)
            if let loss { try compile(model, loss) }
            guard model.optimizer != nil else {
                throw IbexError(
                    .state, at: file, found: "a model that was saved without loss and metrics", expected: "both",
                    remedy: "Say which: --loss sparse_categorical_crossentropy --metric accuracy.")
            }
            return try model.evaluate(
                try input.tensors(for: model.inputNames, what: "input"),
                try labels.tensors(for: model.resultNames, what: "labels"), batchSize: options.batchSize, verbose: 0)
        }
        let width = result.names.map(\.count).max() ?? 0
        for (name, value) in zip(result.names, result.values) {
            print(name + String(repeating: " ", count: width - name.count + 2) + "\(Float(value))")
        }
    }

    private func compile(_ model: Model, _ loss: String) throws {
        let count = model.resultNames.count
        model.compile(
            optimizer: .sgd(), losses: try (0..<count).map { _ in try Loss(loss) },
            metrics: try (0..<count).map { _ in try metrics.map { try Metric.named($0) } })
    }
}
