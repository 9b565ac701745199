import Foundation
import IbexGraph
import IbexTestSupport

@testable import IbexRuns

/// Descriptions that tests train by.
enum Descriptions {
    /// A row of dense layers on flowers.
    static let iris = """
        name: flowers
        model:
          class_name: Sequential
          layers:
            - {class_name: InputLayer, batch_shape: [null, 4]}
            - {class_name: Dense, units: 8, activation: tanh}
            - {class_name: Dense, units: 3, activation: softmax}
        data:
          dataset: iris
          test_size: 0.2
        compile:
          optimizer: {class_name: Adam, learning_rate: 1e-2}
          loss: sparse_categorical_crossentropy
          metrics: [accuracy]
        fit:
          epochs: 4
          batch_size: 30
          validation_split: 0.25
          callbacks:
            - TerminateOnNaN
            - {class_name: EarlyStopping, patience: 3}
        seed: 11
        device: cpu
        """

    /// The description of flowers, with values set as by `--set`.
    static func iris(_ overrides: String..., output: String? = nil) throws -> TrainingDescription {
        var file = try DescriptionFile(text: iris, path: "iris.yaml")
        for override in overrides { try file.set(override) }
        if let output { try file.setFolder(output, option: "--output") }
        return try TrainingDescription(file)
    }

    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The folder of the descriptions that are shown to users.
    static let examples = repository.appending(path: "Examples/Descriptions").path

    /// The page that tells of descriptions.
    static func page() throws -> String {
        try String(contentsOf: repository.appending(path: "Documentation/Training.md"), encoding: .utf8)
    }
}
