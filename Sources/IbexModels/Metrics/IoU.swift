import IbexGraph
import IbexRuntime

/// TP / (TP + FP + FN), intersection over union, the mean over some classes; classes that never occur are left out.
///
/// Targets and predictions are class numbers of any shape. What is no class counts nowhere, and neither does a target
/// that is `ignoreClass`.
///
///     let metric = IoU(numClasses: 2, targetClassIDs: [0])
///     try metric.updateState(Tensor([0, 0, 1, 1] as [Int32]), Tensor([0, 1, 0, 1] as [Int32]))
///     try metric.result()                          // 0.3333
public class IoU: Metric {
    public let numClasses: Int
    public let targetClassIDs: [Int]
    public let ignoreClass: Int?
    public let sparseTargets: Bool
    public let sparsePredictions: Bool
    public let axis: Int

    /// - Parameters:
    ///   - targetClassIDs: the classes of the mean.
    ///   - sparseTargets: whether targets are class numbers; otherwise the largest along `axis` is the class.
    ///   - sparsePredictions: the same for predictions.
    ///   - dtype: what Keras counts in; whole numbers cut weights down to whole numbers.
    public convenience init(
        numClasses: Int, targetClassIDs: [Int], ignoreClass: Int? = nil, sparseTargets: Bool = true,
        sparsePredictions: Bool = true, axis: Int = -1, dtype: DType = .int64, name: String? = nil
    ) {
        self.init(
            IoUArguments(
                ignoreClass: ignoreClass, sparseTargets: sparseTargets, sparsePredictions: sparsePredictions,
                axis: axis, dtype: dtype),
            numClasses, targetClassIDs, name: name, className: "IoU")
    }

    init(_ arguments: IoUArguments, _ numClasses: Int, _ targets: [Int], name: String?, className: String) {
        self.numClasses = numClasses
        targetClassIDs = targets
        ignoreClass = arguments.ignoreClass
        sparseTargets = arguments.sparseTargets
        sparsePredictions = arguments.sparsePredictions
        axis = arguments.axis
        super.init(name: name ?? KerasName.unique(KerasName.snakeCase(className)))
        dtype = arguments.dtype
    }

    public override var stateShapes: [Shape] { [[max(numClasses, 0), max(numClasses, 0)]] }

    /// The class numbers that predictions stand for.
    func classes(ofPrediction prediction: Tensor) -> Tensor {
        sparsePredictions ? prediction : prediction.argmax(axis: axis)
    }

    public override func update(_ target: Tensor, _ prediction: Tensor, sampleWeight: Tensor?) throws {
        let y = (sparseTargets ? target : target.argmax(axis: axis)).cast(to: dtype)
        let p = classes(ofPrediction: prediction).cast(to: dtype)
        let weights = try sampleWeight.map {
            try RankMatching.alignedWeights($0.cast(to: dtype), y, at: place).broadcast(to: y.shape)
        }
        let batch = classPairs(
            y, p, numClasses, weights, isCounted: ignoreClass.map { y .!= Double($0) }, dtype: stateDType)
        variables[0].assign(variables[0].value + batch)
    }

    public override func result(of state: [[Double]]) -> Double {
        let matrix = state[0]
        let classes = 0..<numClasses
        let shares = targetClassIDs.compactMap { target -> Double? in
            let both = matrix[target * numClasses + target]
            let row = classes.reduce(0) { $0 + matrix[target * numClasses + $1] }
            let column = classes.reduce(0) { $0 + matrix[$1 * numClasses + target] }
            let union = row + column - both
            return union > 1e-9 ? both / (union + Logits.fuzz) : nil
        }
        return shares.reduce(0, +) / (Double(shares.count) + Logits.fuzz)
    }

    public override func validate() throws(IbexError) {
        guard numClasses >= 1 else {
            throw argumentError("\(numClasses) classes", expected: "a whole number from 1 on")
        }
        guard let wrong = targetClassIDs.first(where: { !(0..<numClasses).contains($0) }) else { return }
        throw argumentError("target class \(wrong)", expected: "classes from 0 to \(numClasses - 1)")
    }

    public override func check(target: TensorType, prediction: TensorType) throws {
        func classes(_ shape: Shape, _ isSparse: Bool, _ what: String) throws -> Shape {
            guard !isSparse else { return shape }
            guard (-shape.rank..<shape.rank).contains(axis), shape[axis] > 0 else {
                throw argumentError("axis \(axis)", expected: "an axis of \(what) of shape \(shape)")
            }
            return shape.replacing(axis: axis, with: 1)
        }
        let y = try classes(target.shape, sparseTargets, "targets")
        let p = try classes(prediction.shape, sparsePredictions, "predictions")
        guard y.elementCount == p.elementCount else {
            throw IbexError(
                .shape, at: place,
                found: "targets of shape \(target.shape) for predictions of shape \(prediction.shape)",
                expected: "one class of the target for each of the prediction",
                remedy: "For scores of classes use sparsePredictions: false, for one-hot targets sparseTargets: false.")
        }
    }

    public override var direction: Direction? { .up }

    public override var config: Config {
        [
            "name": .string(name), "dtype": .string(dtype.rawValue), "num_classes": .int(numClasses),
            "target_class_ids": ConfigValue(targetClassIDs), "ignore_class": ConfigValue(ignoreClass),
            "sparse_y_true": .bool(sparseTargets), "sparse_y_pred": .bool(sparsePredictions), "axis": .int(axis),
        ]
    }

    static let entry = MetricEntry("IoU") { config, name throws(IbexError) in
        IoU(
            try IoUArguments(config, at: "IoU"), try config.int("num_classes", at: "IoU"),
            try config.ints("target_class_ids", at: "IoU"), name: name, className: "IoU")
    }
}

/// What the metrics of intersection over union have in common.
struct IoUArguments {
    var ignoreClass: Int?
    var sparseTargets = true
    var sparsePredictions = true
    var axis = -1
    var dtype = DType.int64
}

extension IoUArguments {
    /// The arguments of a configuration; `sparse` says what is read where it is silent.
    init(_ config: Config, at place: String, sparse: Bool = true) throws(IbexError) {
        ignoreClass = try config.optionalInt("ignore_class", at: place)
        sparseTargets = try config.bool("sparse_y_true", at: place, default: sparse)
        sparsePredictions = try config.bool("sparse_y_pred", at: place, default: sparse)
        axis = try config.int("axis", at: place, default: -1)
        let name = try config.string("dtype", at: place, default: "int64")
        guard let type = DType(rawValue: name == "int" ? "int64" : name), type.isInteger || type.byteCount >= 4 else {
            throw IbexError(
                .argument, at: "\(place), key dtype", found: "\"\(name)\"", expected: "int64, int32, float32 or float64"
            )
        }
        dtype = type
    }
}
