import ArgumentParser
import FoundationEssentials
import Ibex

/// `ibex convert IN OUT`: the same model in another format.
struct ConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert", abstract: "Write a model, its weights or its architecture in another format.",
        discussion: """
            Formats go by the ends of names. Whole models: .keras, .h5. Weights: .weights.h5, .safetensors, .npz.
            Architecture: .json, .yaml.

              ibex convert old.h5 new.keras
              ibex convert digits.keras digits.safetensors
              ibex convert digits.json digits.keras --weights digits.weights.h5
            """)

    @Argument(help: ArgumentHelp("A model or an architecture.", valueName: "in"))
    var source: String

    @Argument(help: ArgumentHelp("The file to write.", valueName: "out"))
    var target: String

    @Option(help: "Weights for an architecture, or in place of the model's own.")
    var weights: String?

    func run() throws {
        let kind = try ModelSource.Kind.of(target)
        let model = try ModelSource.model(source, compile: true)
        let isArchitecture = try ModelSource.Kind.of(source) != .whole
        if let weights {
            try model.loadWeights(weights)
        } else if isArchitecture, kind == .whole || kind == .weights {
            throw IbexError(
                .argument, at: source, found: "an architecture without weights", expected: "weights to write",
                remedy: "Say where they are: --weights FILE.")
        }
        switch kind {
        case .whole: try model.save(target)
        case .weights: try model.saveWeights(target)
        case .json: try AtomicFile.write(Array(model.toJSON().utf8), to: target)
        case .yaml: try AtomicFile.write(Array(model.toYAML().utf8), to: target)
        }
    }
}
