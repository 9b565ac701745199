import IbexGraph
import IbexModels

/// The arguments of `fit`, under Keras's names.
struct FitDescription: Sendable {
    static let keys = [
        "epochs", "batch_size", "validation_split", "class_weight", "sample_weight", "shuffle", "callbacks",
        "initial_epoch", "steps_per_epoch", "validation_steps", "validation_batch_size", "validation_freq",
    ]

    let epochs: Int
    let batchSize: Int?
    let validationSplit: Double
    let classWeight: [Int: Double]?
    let sampleWeight: ArrayGroup?
    let shuffle: Bool
    let callbacks: [CallbackDescription]
    let initialEpoch: Int
    let stepsPerEpoch: Int?
    let validationSteps: Int?
    let validationBatchSize: Int?
    let validationFrequency: Int

    init(_ field: Field) throws {
        let section = try field.required(try field.section(Self.keys), "an object with epochs")
        epochs = try section["epochs"].required(try section["epochs"].int(atLeast: 1), "a whole number of at least 1")
        batchSize = try section["batch_size"].int(atLeast: 1)
        validationSplit =
            try section["validation_split"].double("a number from 0 to below 1") { $0 >= 0 && $0 < 1 } ?? 0
        shuffle = try section["shuffle"].bool() ?? true
        initialEpoch = try section["initial_epoch"].int(atLeast: 0) ?? 0
        stepsPerEpoch = try section["steps_per_epoch"].int(atLeast: 1)
        validationSteps = try section["validation_steps"].int(atLeast: 1)
        validationBatchSize = try section["validation_batch_size"].int(atLeast: 1)
        validationFrequency = try section["validation_freq"].int(atLeast: 1) ?? 1
        classWeight = try Self.classWeight(section["class_weight"])
        let weights = section["sample_weight"]
        sampleWeight = weights.value == nil ? nil : try ArrayGroup(weights, name: "sample_weight")
        guard sampleWeight == nil || classWeight == nil else {
            throw weights.misfit(
                "either this or class_weight", remedy: "Multiply the sample weights by the weights of their classes.")
        }
        callbacks = try section["callbacks"].elements("a list of callbacks").map { try CallbackDescription($0) }
        guard initialEpoch < epochs else {
            throw section["initial_epoch"].misfit("a number below epochs, which is \(epochs)")
        }
    }

    private static func classWeight(_ field: Field) throws -> [Int: Double]? {
        guard let value = field.value else { return nil }
        let expected = "an object of class numbers and their weights, such as {0: 1.0, 1: 2.5}"
        let entries = try field.required(value.object, expected)
        return try entries.reduce(into: [:]) { weights, entry in
            let inner = Field(field.file, field.path.key(entry.key), entry.value)
            guard let number = Int(entry.key), number >= 0 else {
                throw Field(field.file, inner.path, .string(entry.key)).misfit(expected)
            }
            weights[number] = try inner.required(inner.double("a number of at least 0") { $0 >= 0 }, "a number")
        }
    }
}
