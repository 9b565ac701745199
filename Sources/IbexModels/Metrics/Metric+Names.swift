import IbexGraph

extension Metric {
    /// The metric of a Keras name: `accuracy`, `acc`, `mse`, `CategoricalAccuracy`. A string stays what the metric is
    /// called in logs.
    ///
    /// - Throws: `IbexError` of kind `name` where there is no such metric.
    public static func named(_ name: String) throws(IbexError) -> Metric {
        switch name {
        case "accuracy", "acc": return FittingAccuracy(name: name)
        case "binary_accuracy": return BinaryAccuracy()
        case "categorical_accuracy": return CategoricalAccuracy()
        case "sparse_categorical_accuracy": return SparseCategoricalAccuracy()
        case "cosine_similarity": return CosineSimilarity()
        case "root_mean_squared_error": return RootMeanSquaredError()
        default:
            guard let loss = try? Loss(name) else {
                throw IbexError(
                    .name, at: "metric", found: "\"\(name)\"",
                    expected: "accuracy, binary_accuracy, categorical_accuracy, sparse_categorical_accuracy, "
                        + "cosine_similarity, root_mean_squared_error or the name of a loss")
            }
            return LossMetric(loss)
        }
    }

    /// The metric that a configuration holds: a name, or an object in Keras's wrapping.
    public static func configured(_ value: ConfigValue) throws(IbexError) -> Metric {
        if let name = value.string { return try named(name) }
        let (className, config) = try value.wrapped(at: "metric")
        let name = try config.string("name", at: className, default: KerasName.snakeCase(className))
        switch className {
        case "Mean": return Mean(name: name)
        case "Sum": return Sum(name: name)
        case "RootMeanSquaredError": return RootMeanSquaredError(name: name)
        case "CosineSimilarity":
            return CosineSimilarity(axis: try config.int("axis", at: className, default: -1), name: name)
        case "LogCoshError":
            return LossMetric(.logCosh, name: try config.string("name", at: className, default: "logcosh"))
        case "Accuracy": return Accuracy(name: name)
        case "BinaryAccuracy":
            return BinaryAccuracy(threshold: try config.double("threshold", at: className, default: 0.5), name: name)
        case "CategoricalAccuracy": return CategoricalAccuracy(name: name)
        case "SparseCategoricalAccuracy": return SparseCategoricalAccuracy(name: name)
        default: return LossMetric(try Loss(className, arguments: config), name: name)
        }
    }
}
