import IbexGraph

extension Metric {
    /// Every metric that has a Keras name.
    private static let entries: [MetricEntry] =
        [
            Accuracy.entry, BinaryAccuracy.entry, CategoricalAccuracy.entry,
            SparseCategoricalAccuracy.entry, TopKCategoricalAccuracy.entry, SparseTopKCategoricalAccuracy.entry,
            TruePositives.entry, TrueNegatives.entry, FalsePositives.entry, FalseNegatives.entry, Precision.entry,
            Recall.entry, AUC.entry, SensitivityAtSpecificity.entry, SpecificityAtSensitivity.entry,
            PrecisionAtRecall.entry, RecallAtPrecision.entry, FBetaScore.entry, F1Score.f1Entry, IoU.entry,
            BinaryIoU.binaryEntry, MeanIoU.meanEntry, OneHotIoU.oneHotEntry, OneHotMeanIoU.oneHotEntry,
            RootMeanSquaredError.entry, CosineSimilarity.entry, R2Score.entry, PearsonCorrelation.entry,
            ConcordanceCorrelation.entry, Mean.entry, Sum.entry,
        ] + LossMetric.entries

    private static let entriesByName: [String: MetricEntry] = {
        let named = entries.flatMap { entry in
            Set([entry.className, KerasName.snakeCase(entry.className)]).map { ($0, entry) }
        }
        return Dictionary(uniqueKeysWithValues: named)
    }()

    /// Whether Keras has a metric of the class.
    static func isKeras(_ className: String) -> Bool {
        className == "MeanMetricWrapper" || entriesByName[className] != nil
    }

    /// The metric of a Keras name with its arguments: `acc`, `mse`, `auc`, `CategoricalAccuracy`, or the name of a loss.
    /// The name given is what the metric is called in logs, unless the arguments hold another.
    ///
    ///     let metric = try Metric.named("precision", arguments: ["thresholds": 0.7])
    ///
    /// - Throws: `IbexError` of kind `name` where there is no such metric, `argument` where its arguments do not fit.
    public static func named(_ name: String, arguments: Config = [:]) throws(IbexError) -> Metric {
        let config = arguments.merging(["name": .string(name)]) { given, _ in given }
        let isFitting = FittingAccuracy.names.contains(name.lowercased())
        return isFitting ? FittingAccuracy(name: config["name"]?.string ?? name) : try make(name, config)
    }

    /// The metric that a configuration holds: a name, or an object in Keras's wrapping.
    public static func configured(_ value: ConfigValue) throws(IbexError) -> Metric {
        if let name = value.string { return try named(name) }
        let (className, config) = try value.wrapped(at: "metric")
        guard className == "MeanMetricWrapper" else { return try make(className, config) }
        guard let function = config["fn"]?.functionName else {
            throw IbexError(
                .argument, at: "MeanMetricWrapper, key fn", found: config["fn"]?.description ?? "nothing",
                expected: "the name of a metric or a loss")
        }
        let isFitting = ["binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy"].contains(function)
        if isFitting, let name = config["name"]?.string, FittingAccuracy.names.contains(name) {
            return FittingAccuracy(name: name, fittingName: function)
        }
        return try make(function, config)
    }

    private static func make(_ name: String, _ config: Config) throws(IbexError) -> Metric {
        if let custom = try CustomObjects.made(\.metrics, name, config) { return custom }
        if let entry = entriesByName[name] { return try entry.made(config) }
        guard (try? Loss(name)) != nil else {
            throw IbexError(
                .name, at: "metric", found: "\"\(name)\"",
                expected: "accuracy, acc, one of " + entriesByName.keys.sorted().joined(separator: ", ")
                    + ", or the name of a loss",
                remedy: "For a metric of your own: withCustomObjects(metrics: [\"\(name)\": …]) { … }.")
        }
        let metric = LossMetric(try Loss(name, arguments: config), name: config["name"]?.string)
        try metric.readDType(config)
        return metric
    }
}

/// How a metric is made from its configuration.
struct MetricEntry: Sendable {
    typealias Maker = @Sendable (_ config: Config, _ name: String?) throws(IbexError) -> Metric
    /// Keras's name of the class.
    let className: String
    private let make: Maker

    init(_ className: String, make: @escaping Maker) {
        self.className = className
        self.make = make
    }

    /// The metric of a configuration, its arguments checked.
    func made(_ config: Config) throws(IbexError) -> Metric {
        let metric = try make(config, config["name"]?.string)
        try metric.readDType(config)
        try metric.validate()
        return metric
    }
}
