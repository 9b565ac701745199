import IbexArrays
import IbexGraph
import IbexModels
import IbexRuntime

/// A model on its way out of a file: made from its configuration, with weights that take no memory yet, and the plan of
/// what will be read into them.
struct LoadedModel {
    let model: Model
    let place: String
    var plan = WeightPlan()

    /// - Throws: `IbexError` where a layer is unknown, or where layers do not fit together.
    init(_ architecture: ConfigValue, dialect: ConfigDialect?, at place: String) throws {
        self.place = place
        model = try Layer.$leavesWeightsEmpty.withValue(true) {
            try Architecture.model(architecture, dialect: dialect, at: place)
        }
    }

    /// Plans to give the optimizer its state.
    mutating func restore(_ entries: [OptimizerWeights.Entry], style: KerasStyle) throws {
        guard let optimizer = model.optimizer, !entries.isEmpty else { return }
        try withDevice(model.device) { try optimizer.build(model.trainableWeights) }
        plan.add(entries, to: optimizer, style: style, at: "\(place), state of the optimizer")
    }

    /// Reads the file's arrays into the model.
    func finished() throws -> Model {
        try plan.load(on: model.device)
        return model
    }
}
