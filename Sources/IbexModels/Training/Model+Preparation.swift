import IbexGraph
import IbexRuntime

extension Model {
    /// Builds the model for the data and checks that everything fits, before any device work.
    func prepare(_ data: TrainingData, for kind: Compilation.StepKey.Kind, at place: String) throws {
        let shapes = data.inputs.map(\.shape)
        guard kind != .predict else {
            try buildIfNeeded(shapes)
            _ = try outputShapes(for: shapes)
            return
        }
        guard let compilation else { throw notCompiled(place) }
        try buildIfNeeded(shapes)
        let outputs = try outputShapes(for: shapes)
        let losses = compilation.losses
        let wanted = losses.isEmpty ? data.targets.count : losses.count
        guard data.targets.count == wanted, losses.isEmpty || outputs.count == losses.count,
            compilation.lossWeights.count == losses.count
        else {
            throw IbexError(
                .argument, at: place,
                found: "\(losses.count) losses, \(compilation.lossWeights.count) loss weights, "
                    + "\(data.targets.count) targets and \(outputs.count) results",
                expected: "as many of each")
        }
        try data.checkWeights(losses, predictions: outputs, at: place)
        if kind == .train { try compilation.optimizer.validate() }
        for (index, (target, output)) in zip(data.targets, outputs).enumerated() {
            let prediction = TensorType(output, dtype)
            if index < losses.count { try losses[index].check(target: target.type, prediction: prediction) }
            for group in [compilation.metrics, compilation.weightedMetrics] where index < group.count {
                for metric in group[index] { try metric.prepare(target: target.type, prediction: prediction) }
            }
        }
        try data.checkTargets(losses, predictions: outputs, at: place)
    }
}
