import IbexGraph

/// Intersection over union, the mean over all classes.
///
///     model.compile(
///         optimizer: .adam(), loss: .sparseCategoricalCrossentropy,
///         metrics: [.meanIoU(numClasses: 21, sparsePredictions: false)])
public class MeanIoU: IoU {
    /// The arguments are those of `IoU`.
    public convenience init(
        numClasses: Int, ignoreClass: Int? = nil, sparseTargets: Bool = true, sparsePredictions: Bool = true,
        axis: Int = -1, dtype: DType = .int64, name: String? = nil
    ) {
        self.init(
            IoUArguments(
                ignoreClass: ignoreClass, sparseTargets: sparseTargets, sparsePredictions: sparsePredictions,
                axis: axis, dtype: dtype),
            numClasses, name: name, className: "MeanIoU")
    }

    init(_ arguments: IoUArguments, _ numClasses: Int, name: String?, className: String) {
        super.init(arguments, numClasses, Array(0..<max(numClasses, 0)), name: name, className: className)
    }

    public override var config: Config { super.config.filter { $0.key != "target_class_ids" } }

    static let meanEntry = MetricEntry("MeanIoU") { config, name throws(IbexError) in
        MeanIoU(
            try IoUArguments(config, at: "MeanIoU"), try config.int("num_classes", at: "MeanIoU"), name: name,
            className: "MeanIoU")
    }
}

/// Intersection over union of what lies on either side of a threshold: class 1 is what is at it or above.
///
///     model.compile(optimizer: .adam(), loss: .binaryCrossentropy, metrics: [.binaryIoU(targetClassIDs: [1])])
public final class BinaryIoU: IoU {
    public let threshold: Double

    /// - Parameter targetClassIDs: the classes of the mean, 0 and 1.
    public init(
        targetClassIDs: [Int] = [0, 1], threshold: Double = 0.5, dtype: DType = .int64, name: String? = nil
    ) {
        self.threshold = threshold
        super.init(IoUArguments(dtype: dtype), 2, targetClassIDs, name: name, className: "BinaryIoU")
    }

    override func classes(ofPrediction prediction: Tensor) -> Tensor { prediction.cast(to: stateDType) .>= threshold }

    public override var config: Config {
        let kept = super.config.filter { ["name", "dtype", "target_class_ids"].contains($0.key) }
        return kept.merging(["threshold": .double(threshold)]) { $1 }
    }

    static let binaryEntry = MetricEntry("BinaryIoU") { config, name throws(IbexError) in
        BinaryIoU(
            targetClassIDs: try config.ints("target_class_ids", at: "BinaryIoU", default: [0, 1]),
            threshold: try config.double("threshold", at: "BinaryIoU", default: 0.5),
            dtype: try IoUArguments(config, at: "BinaryIoU").dtype, name: name)
    }
}

/// Intersection over union where targets are one-hot rows and predictions scores of classes, the mean over some classes.
public final class OneHotIoU: IoU {
    /// The arguments are those of `IoU`.
    public convenience init(
        numClasses: Int, targetClassIDs: [Int], ignoreClass: Int? = nil, sparsePredictions: Bool = false,
        axis: Int = -1, dtype: DType = .int64, name: String? = nil
    ) {
        self.init(
            IoUArguments(
                ignoreClass: ignoreClass, sparseTargets: false, sparsePredictions: sparsePredictions, axis: axis,
                dtype: dtype),
            numClasses, targetClassIDs, name: name, className: "OneHotIoU")
    }

    public override var config: Config { super.config.filter { $0.key != "sparse_y_true" } }

    static let oneHotEntry = MetricEntry("OneHotIoU") { config, name throws(IbexError) in
        OneHotIoU(
            try IoUArguments(config, at: "OneHotIoU", sparse: false), try config.int("num_classes", at: "OneHotIoU"),
            try config.ints("target_class_ids", at: "OneHotIoU"), name: name, className: "OneHotIoU")
    }
}

/// Intersection over union where targets are one-hot rows and predictions scores of classes, the mean over all classes.
public final class OneHotMeanIoU: MeanIoU {
    /// The arguments are those of `IoU`.
    public convenience init(
        numClasses: Int, ignoreClass: Int? = nil, sparsePredictions: Bool = false, axis: Int = -1,
        dtype: DType = .int64, name: String? = nil
    ) {
        self.init(
            IoUArguments(
                ignoreClass: ignoreClass, sparseTargets: false, sparsePredictions: sparsePredictions, axis: axis,
                dtype: dtype),
            numClasses, name: name, className: "OneHotMeanIoU")
    }

    public override var config: Config { super.config.filter { $0.key != "sparse_y_true" } }

    static let oneHotEntry = MetricEntry("OneHotMeanIoU") { config, name throws(IbexError) in
        OneHotMeanIoU(
            try IoUArguments(config, at: "OneHotMeanIoU", sparse: false),
            try config.int("num_classes", at: "OneHotMeanIoU"), name: name, className: "OneHotMeanIoU")
    }
}

extension Metric {
    /// Intersection over union, the mean over some classes.
    public static func ioU(
        numClasses: Int, targetClassIDs: [Int], sparseTargets: Bool = true, sparsePredictions: Bool = true,
        name: String? = nil
    ) -> Metric {
        IoU(
            numClasses: numClasses, targetClassIDs: targetClassIDs, sparseTargets: sparseTargets,
            sparsePredictions: sparsePredictions, name: name)
    }

    /// Intersection over union, the mean over all classes.
    public static func meanIoU(
        numClasses: Int, sparseTargets: Bool = true, sparsePredictions: Bool = true, name: String? = nil
    ) -> Metric {
        MeanIoU(
            numClasses: numClasses, sparseTargets: sparseTargets, sparsePredictions: sparsePredictions, name: name)
    }

    /// Intersection over union of what lies on either side of a threshold.
    public static func binaryIoU(
        targetClassIDs: [Int] = [0, 1], threshold: Double = 0.5, name: String? = nil
    ) -> Metric {
        BinaryIoU(targetClassIDs: targetClassIDs, threshold: threshold, name: name)
    }

    /// Intersection over union of one-hot targets and scores of classes, the mean over some classes.
    public static func oneHotIoU(numClasses: Int, targetClassIDs: [Int], name: String? = nil) -> Metric {
        OneHotIoU(numClasses: numClasses, targetClassIDs: targetClassIDs, name: name)
    }

    /// Intersection over union of one-hot targets and scores of classes, the mean over all classes.
    public static func oneHotMeanIoU(numClasses: Int, name: String? = nil) -> Metric {
        OneHotMeanIoU(numClasses: numClasses, name: name)
    }
}
