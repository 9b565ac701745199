import IbexFiles
import IbexGraph
import IbexModels

/// The arguments of `compile`, checked, in Keras's own form.
struct CompileDescription: Sendable {
    static let keys = ["optimizer", "loss", "loss_weights", "metrics", "weighted_metrics"]

    private let config: Config
    private let place: String

    /// - Returns: `nil` where the description leaves it to the model's file.
    init?(_ field: Field, isOptional: Bool) throws {
        guard let section = try field.section(Self.keys) else {
            guard isOptional else {
                throw field.misfit(
                    "an object with optimizer, loss and metrics", remedy: "Keras's compile takes the same.")
            }
            return nil
        }
        guard section.has("loss") else {
            throw section["loss"].misfit("the name of a loss, such as sparse_categorical_crossentropy")
        }
        try KerasObject.checkEach(section["optimizer"]) { try Optimizer.configured($0).serialized }
        try KerasObject.checkEach(section["loss"]) { try Loss(config: $0).serialized }
        for key in ["metrics", "weighted_metrics"] {
            try KerasObject.checkEach(section[key]) { try Metric.configured($0).serialized }
        }
        config = section.config.mapValues(KerasObject.full)
        place = field.place
    }

    /// Compiles a model so.
    func compile(_ model: Model) throws {
        do { try CompileConfig.compile(model, .object(config), .keras3) } catch var error as IbexError {
            error.place = "\(place): \(error.place)"
            throw error
        }
    }
}
