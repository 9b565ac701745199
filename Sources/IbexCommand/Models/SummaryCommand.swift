import ArgumentParser
import Ibex

/// `ibex summary FILE`: the layers of a model, and how it was trained.
struct SummaryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "summary", abstract: "Show the layers of a model, its weights and how it was trained.")

    @Argument(help: "A model: .keras, .h5, .json or .yaml.")
    var file: String

    @Flag(help: "Show the layers inside nested models too.")
    var expandNested = false

    func run() throws {
        let model = try ModelSource.model(file, compile: true)
        model.summary(expandNested: expandNested)
        for line in notes(model) { print(line) }
    }

    private func notes(_ model: Model) -> [String] {
        var notes: [String] = []
        if model.inputs.count > 0 {
            notes.append(
                "inputs: " + model.inputs.map { "\($0.layer.name) \(Self.text($0.shape))" }.joined(separator: ", "))
            notes.append(
                "outputs: "
                    + zip(model.resultNames, model.outputs).map { "\($0) \(Self.text($1.shape))" }.joined(
                        separator: ", "))
        }
        if let optimizer = model.optimizer {
            notes.append("optimizer: \(optimizer.className), learning rate \(optimizer.learningRate)")
        }
        return notes
    }

    private static func text(_ shape: [Int?]) -> String {
        "(" + shape.map { $0.map(String.init) ?? "None" }.joined(separator: ", ") + (shape.count == 1 ? ",)" : ")")
    }
}
