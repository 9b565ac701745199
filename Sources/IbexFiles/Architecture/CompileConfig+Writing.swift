import IbexGraph
import IbexModels

/// What `compile` was told, as files hold it: `compile_config` of Keras 3, `training_config` of `.h5` files.
package enum CompileConfig {
    /// - Returns: `nil` for a model that is not compiled.
    /// - Throws: `IbexError` of kind `argument` for what the dialect cannot say.
    package static func config(of model: Model, _ dialect: ConfigDialect) throws -> ConfigValue? {
        guard let arguments = model.compileArguments else { return nil }
        let ends = CompiledEnds(model, arguments)
        if dialect == .keras2 { return try keras2(arguments, ends) }
        var config: Config = [
            "loss": losses(arguments, ends), "loss_weights": weights(arguments, ends),
            "metrics": ends.lists(arguments.metrics.map { $0.map(metric) }),
            "weighted_metrics": ends.lists(arguments.weightedMetrics.map { $0.map(metric) }),
            "run_eagerly": false, "steps_per_execution": 1, "jit_compile": false,
        ]
        var optimizer = arguments.optimizer.serialized.object ?? [:]
        optimizer["config"] = .object(rounded(optimizer["config"]?.object ?? [:]))
        guard dialect == .keras3HDF5 else {
            config["optimizer"] = .object(optimizer)
            return .object(config)
        }
        config = config.mapValues(Keras3HDF5.bare)
        config["optimizer_config"] = Keras3HDF5.entry(.object(optimizer))
        return .object(config)
    }

    /// Keras keeps a learning rate in `float32`, and writes what it kept.
    static func rounded(_ config: Config) -> Config {
        guard let rate = config["learning_rate"]?.double else { return config }
        return config.merging(["learning_rate": .double(Double(Float(rate)))]) { $1 }
    }

    /// By its name where that says everything; else without the arguments that Keras 3 leaves out, unless they say
    /// something.
    private static func loss(_ loss: Loss) -> ConfigValue {
        let isName = loss.name == KerasName.snakeCase(loss.className) || aliases.contains(loss.name)
        if isName, (try? Loss(config: .string(loss.name)))?.serialized == loss.serialized { return .string(loss.name) }
        var object = loss.serialized.object ?? [:]
        guard var config = object["config"]?.object else { return loss.serialized }
        if loss.className == "Huber", config["delta"]?.double == 1 { config["delta"] = nil }
        if loss.className == "CosineSimilarity", config["axis"] == -1 { config["axis"] = nil }
        object["config"] = .object(config)
        return .object(object)
    }

    /// The short names that both generations of Keras read.
    private static let aliases = ["mse", "mae", "mape", "msle", "bce", "kld"]

    private static func losses(_ arguments: CompileArguments, _ ends: CompiledEnds) -> ConfigValue {
        let losses = arguments.losses.map(loss)
        return Set(losses).count == 1 ? losses[0] : ends.each(losses)
    }

    /// By its name where that says everything and is not the name of its class.
    private static func metric(_ metric: Metric) -> ConfigValue {
        isAlias(metric) ? .string(metric.name) : metric.serialized
    }

    /// Whether a metric is one that a name such as `mae` gives, and a name of a class does not.
    private static func isAlias(_ metric: Metric) -> Bool {
        guard metric is LossMetric, let named = try? Metric.named(metric.name) else { return false }
        return named.serialized == metric.serialized && metric.name != KerasName.snakeCase(metric.className)
    }

    private static func weights(_ arguments: CompileArguments, _ ends: CompiledEnds) -> ConfigValue {
        guard arguments.lossWeights.contains(where: { $0 != 1 }) else { return .null }
        let weights = arguments.lossWeights.map { ConfigValue.double($0) }
        return weights.count == 1 ? .array(weights) : ends.each(weights)
    }

    private static func keras2(_ arguments: CompileArguments, _ ends: CompiledEnds) throws -> ConfigValue {
        func lists(_ metrics: [[Metric]]) throws -> ConfigValue {
            guard metrics.contains(where: { !$0.isEmpty }) else { return .null }
            return .array(
                try metrics.enumerated().map { output, list in
                    .array(list.isEmpty ? [.null] : try list.map { try keras2($0, ends, output) })
                })
        }
        return [
            "loss": try keras2Loss(losses(arguments, ends)),
            "loss_weights": weights(arguments, ends), "metrics": try lists(arguments.metrics),
            "weighted_metrics": try lists(arguments.weightedMetrics),
            "optimizer_config": try Keras2Optimizer.config(of: arguments.optimizer),
        ]
    }

    private static func keras2Loss(_ value: ConfigValue) throws -> ConfigValue {
        if let list = value.array { return .array(try list.map(keras2Loss)) }
        guard let object = value.object else { return value }
        guard object["class_name"] != nil else { return .object(try object.mapValues(keras2Loss)) }
        if let name = value.functionName { return .string(name) }
        let (className, config) = try value.wrapped(at: "loss")
        var arguments = try Keras2Writer.arguments(config, className)
        if arguments["reduction"] == "sum_over_batch_size" { arguments["reduction"] = "auto" }
        if className == "SparseCategoricalCrossentropy" { arguments["axis"] = nil }
        if className == "Huber", arguments["delta"] == nil { arguments["delta"] = 1.0 }
        if className == "CosineSimilarity", arguments["axis"] == nil { arguments["axis"] = -1 }
        return ["class_name": .string(className), "config": .object(arguments)]
    }

    private static func keras2(_ metric: Metric, _ ends: CompiledEnds, _ output: Int) throws -> ConfigValue {
        let name = ends.prefix(output) + metric.name
        func wrapper(_ function: String) -> ConfigValue {
            [
                "class_name": "MeanMetricWrapper",
                "config": [
                    "name": .string(name), "dtype": metric.config["dtype"] ?? "float32", "fn": .string(function),
                ],
            ]
        }
        if let metric = metric as? FittingAccuracy {
            return (metric.fittingName ?? ends.fittingName(output)).map(wrapper) ?? .string(metric.name)
        }
        if let metric = metric as? LossMetric, isAlias(metric) {
            return wrapper(KerasName.snakeCase(metric.loss.className))
        }
        let isCustom = metric.serialized.object?["module"]?.isNull == true
        var config = try Keras2Writer.arguments(metric.config, metric.className)
        config["name"] = .string(name)
        if metric.className == "CosineSimilarity", config["axis"] == nil { config["axis"] = -1 }
        let registered = metric.serialized.object?["registered_name"]?.string
        return [
            "class_name": .string(isCustom ? registered ?? metric.className : metric.className),
            "config": .object(config),
        ]
    }
}

/// The results of a model that losses and metrics belong to.
struct CompiledEnds {
    let names: [String]
    let count: Int
    private let model: Model
    private let losses: [Loss]

    init(_ model: Model, _ arguments: CompileArguments) {
        (self.model, losses) = (model, arguments.losses)
        names = model.outputNames
        count = max(arguments.losses.count, arguments.metrics.count, arguments.weightedMetrics.count)
    }

    /// One value, or one for each result: by their names where these tell the results apart.
    func each(_ values: [ConfigValue]) -> ConfigValue {
        if values.isEmpty { return .null }
        if count == 1 { return values[0] }
        guard areNamed, values.count == names.count else { return .array(values) }
        return .object(Config(uniqueKeysWithValues: zip(names, values)))
    }

    /// A list, or one for each result that has one.
    func lists(_ lists: [[ConfigValue]]) -> ConfigValue {
        if lists.allSatisfy(\.isEmpty) { return .null }
        if count == 1 { return .array(lists[0]) }
        guard areNamed, lists.count == names.count else { return .array(lists.map { .array($0) }) }
        let named = zip(names, lists).filter { !$0.1.isEmpty }.map { ($0, ConfigValue.array($1)) }
        return .object(Config(uniqueKeysWithValues: named))
    }

    private var areNamed: Bool { Set(names).count == names.count && !names.isEmpty }

    /// What Keras 2 puts before the names of metrics where there are several results.
    func prefix(_ output: Int) -> String { count > 1 && names.indices.contains(output) ? "\(names[output])_" : "" }

    /// The accuracy that fits a result and its loss, for a metric that has seen no data.
    func fittingName(_ output: Int) -> String? {
        guard model.outputs.indices.contains(output), let last = model.outputs[output].shape.last else { return nil }
        if last == 1 { return "binary_accuracy" }
        let isSparse = losses.indices.contains(output) && losses[output].className.hasPrefix("Sparse")
        return isSparse ? "sparse_categorical_accuracy" : "categorical_accuracy"
    }
}
