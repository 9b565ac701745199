import IbexGraph

/// What metrics share that ask whether predictions lie above thresholds: targets are 0 or else positive, and have the
/// predictions' shape.
public class ThresholdMetric: ArrayMetric {
    /// The class that counts, of those along the last axis; all where there is none.
    public let classID: Int?
    /// How many of the best predictions along the last axis may be positive; all where there is none.
    public let topK: Int?

    init(classID: Int?, topK: Int?, name: String?, className: String) {
        self.classID = classID
        self.topK = topK
        super.init(name: name ?? KerasName.unique(KerasName.snakeCase(className)))
    }

    /// How predictions of a shape are counted.
    func counts(for prediction: Shape) -> ThresholdCounts { counts }

    /// How predictions are counted, where it is the same for all shapes.
    var counts: ThresholdCounts { ThresholdCounts([0.5]) }

    /// A factor for each entry of the last axis.
    var labelFactors: [Double]? { nil }

    /// What predictions are made of before they are compared: probabilities.
    func probabilities(_ prediction: Tensor) -> Tensor { prediction }

    /// The result, from the counts at each threshold.
    func results(_ confusion: Confusion) -> [Double] { [] }

    public override var stateShapes: [Shape] { [counts.shape] }

    public override func stateShapes(for prediction: Shape) -> [Shape] { [counts(for: prediction).shape] }

    public override func update(_ target: Tensor, _ prediction: Tensor, sampleWeight: Tensor?) throws {
        var (y, p) = RankMatching.matched(target, probabilities(prediction.cast(to: dtype)))
        let counts = counts(for: prediction.shape)
        var weights = try sampleWeight.map {
            try RankMatching.alignedWeights($0.cast(to: dtype), p, at: place).broadcast(to: p.shape)
        }
        let width = p.rank > 1 ? p.shape[-1] : 1
        (y, p, weights) = (y.reshaped(-1, width), p.reshaped(-1, width), weights?.reshaped(-1, width))
        if let factors = labelFactors {
            let row = Tensor.constant(factors, [width], dtype)
            weights = weights.map { $0 * row } ?? row.broadcast(to: p.shape)
        }
        if let topK { p = Self.keepingBest(topK, p) }
        if let classID {
            let column = classID..<classID + 1
            (y, p, weights) = (y[0..., column], p[0..., column], weights?[0..., column])
        }
        let (rows, labels) = (p.elementCount / counts.labels, counts.labels)
        let batch = counts(
            (y .!= 0).reshaped(rows, labels), p.reshaped(rows, labels), weights: weights?.reshaped(rows, labels))
        variables[0].assign(variables[0].value + batch)
    }

    /// The predictions but for those, in each row, that others in number `k` or more go before: larger ones, and equal
    /// ones to their left. It compares each with each, so its cost grows with the square of the row's width.
    private static func keepingBest(_ k: Int, _ p: Tensor) -> Tensor {
        let width = p.shape[-1]
        let place = Tensor(shape: [width], scalars: (0..<Int32(width)).map { $0 })
        let isLeft = place.reshaped(1, width) .< place.reshaped(width, 1)
        let (own, other) = (p.expandedDims(axis: -1), p.expandedDims(axis: 1))
        let before = ((other .> own) .| ((other .== own) .& isLeft)).sum(axis: -1)
        return .where(before .< Double(k), p, p.filled(leastOfTopK))
    }

    /// Below all predictions: what those get that are not among the best, and the threshold that the others exceed.
    static let leastOfTopK = -1e10

    public override func results(of state: [[Double]]) -> [Double] { results(counts.confusion(state[0])) }

    public override func validate() throws(IbexError) {
        if let topK, topK < 1 { throw argumentError("top k \(topK)", expected: "a whole number from 1 on") }
        if let classID, classID < 0 { throw argumentError("class id \(classID)", expected: "a whole number from 0 on") }
    }

    public override func check(target: TensorType, prediction: TensorType) throws {
        try TargetRule.elementwise.check(target: target, prediction: prediction, at: place)
        guard classID != nil || topK != nil else { return }
        let shape = prediction.shape
        guard shape.rank >= 2 else {
            throw IbexError(
                .shape, at: place, found: "predictions of shape \(shape)",
                expected: "an axis of classes after the batch",
                remedy: "Leave class id and top k out for one number a sample.")
        }
        if let classID, classID >= shape[-1] {
            throw argumentError(
                "class id \(classID)", expected: "a number below \(shape[-1]), the classes of predictions")
        }
        if let topK, topK > shape[-1] {
            throw argumentError("top k \(topK)", expected: "at most \(shape[-1]), the classes of predictions")
        }
    }

    /// Checks that thresholds, or another share, lie in 0...1.
    func checkShares(_ shares: [Double], _ what: String) throws(IbexError) {
        guard let wrong = shares.first(where: { !(0...1).contains($0) }) else { return }
        throw argumentError("\(what) \(wrong)", expected: "numbers from 0 to 1")
    }
}

extension Config {
    /// A number or several that may be absent.
    func thresholds(at place: String) throws(IbexError) -> [Double]? {
        if let number = self["thresholds"]?.double { return [number] }
        return try optionalDoubles("thresholds", at: place)
    }

    /// Numbers that may be absent.
    func optionalDoubles(_ key: String, at place: String) throws(IbexError) -> [Double]? {
        guard let value = self[key], !value.isNull else { return nil }
        return try doubles(key, at: place)
    }
}

extension ConfigValue {
    /// An array of numbers, or null.
    init(_ values: [Double]?) { self = values.map { .array($0.map { .double($0) }) } ?? .null }
}
