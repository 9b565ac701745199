import IbexGraph
import IbexRuntime

/// Numbers as those of the bins that they fall into: bin i holds what lies from boundary i - 1 up to below boundary i.
///
/// The boundaries are given, or computed from data by `adapt` so that about as many numbers lie in each bin. Results are
/// whole numbers of the input's shape, or what `CategoryEncoding` makes of them.
///
///     Discretization(binBoundaries: [0, 1, 2])         // -0.5 is 0, 1 is 2, 7 is 3
///     let layer = Discretization(numBins: 4, outputMode: .oneHot)
///     try layer.adapt(prices)
public final class Discretization: Layer, ConfiguredLayer {
    /// What stands for a number.
    public enum OutputMode: String, Sendable, Hashable, CaseIterable {
        /// The number of its bin.
        case int
        /// A one at each bin of a sample's numbers.
        case multiHot = "multi_hot"
        /// A row for each number.
        case oneHot = "one_hot"
        /// How many numbers of a sample lie in each bin.
        case count

        var encoding: CategoryEncoding.OutputMode? { .init(rawValue: rawValue) }
    }

    public private(set) var binBoundaries: [Double]?
    public let numBins: Int?
    public let epsilon: Double
    public let outputMode: OutputMode

    private init(
        _ boundaries: [Double]?, numBins: Int?, epsilon: Double, outputMode: OutputMode, name: String?
    ) {
        binBoundaries = boundaries
        self.numBins = numBins
        self.epsilon = epsilon
        self.outputMode = outputMode
        super.init(name: name)
    }

    /// - Parameter binBoundaries: in rising order; n of them make n + 1 bins.
    public convenience init(binBoundaries: [Double], outputMode: OutputMode = .int, name: String? = nil) {
        self.init(binBoundaries, numBins: nil, epsilon: 0.01, outputMode: outputMode, name: name)
    }

    /// - Parameters:
    ///   - numBins: how many bins `adapt` makes.
    ///   - epsilon: the share of the numbers that `adapt` may be wrong by.
    public convenience init(
        numBins: Int, epsilon: Double = 0.01, outputMode: OutputMode = .int, name: String? = nil
    ) {
        self.init(nil, numBins: numBins, epsilon: epsilon, outputMode: outputMode, name: name)
    }

    public convenience init(config: Config) throws {
        let place = "Discretization"
        let hasNone = config["bin_boundaries"]?.isNull ?? true
        self.init(
            hasNone ? nil : try config.doubles("bin_boundaries", at: place),
            numBins: try config.optionalInt("num_bins", at: place),
            epsilon: try config.double("epsilon", at: place, default: 0.01),
            outputMode: try config.choice("output_mode", at: place, default: .int), name: config.layerName)
        try applyCommon(config)
    }

    /// Makes the boundaries from data, instead of what was there before: a summary of the sorted numbers, `epsilon` apart,
    /// is interpolated at equal shares, as Keras does.
    ///
    /// - Throws: `IbexError` where the boundaries were given, or the data is empty.
    public func adapt(_ data: Tensor) throws {
        guard let numBins else {
            throw IbexError(
                .state, at: place, found: "a layer with boundaries of its own", expected: "one with a number of bins",
                remedy: "Make the layer with numBins to adapt it.")
        }
        try checkArguments()
        guard data.elementCount > 0 else {
            throw IbexError(.data, at: place, found: "no numbers to adapt to", expected: "at least one")
        }
        let summary = QuantileSummary(of: try data.doubles(), epsilon: epsilon)
        binBoundaries = summary.compressed(1 / Double(numBins)).values.dropLast().map { Double(Float($0)) }
    }

    private func checkArguments() throws(IbexError) {
        guard (binBoundaries == nil) != (numBins == nil) || numBins != nil else {
            throw argumentError("neither boundaries nor a number of bins", expected: "one of the two")
        }
        guard numBins ?? 1 > 0 else { throw argumentError("\(numBins ?? 0) bins", expected: "a positive number") }
        guard epsilon > 0, epsilon < 1 else {
            throw argumentError("epsilon \(epsilon)", expected: "a number from 0 to 1")
        }
        let boundaries = binBoundaries ?? []
        guard zip(boundaries, boundaries.dropFirst()).allSatisfy({ $0 <= $1 }) else {
            throw argumentError("boundaries \(boundaries)", expected: "numbers in rising order")
        }
    }

    private var depth: Int { binBoundaries.map { $0.count + 1 } ?? numBins ?? 1 }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        try checkArguments()
        let input = try single(inputs)
        guard input.rank >= 1 else { throw shapeError(input, expected: "a batch axis") }
        return [outputMode.encoding?.shape(for: input, depth: depth) ?? input]
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        guard let binBoundaries else {
            throw IbexError(
                .state, at: place, found: "no boundaries", expected: "boundaries of bins",
                remedy: "Call adapt first, or make the layer with binBoundaries.")
        }
        let x = input.cast(to: dtype).expandedDims(axis: -1)
        let boundaries = Tensor.constant(binBoundaries, [binBoundaries.count], dtype)
        let bins = (x .>= boundaries).cast(to: .int32).sum(axis: -1).cast(to: .int32)
        return outputMode.encoding?.encoded(bins, depth: depth, dtype: dtype) ?? bins
    }

    public override var config: Config {
        let boundaries = binBoundaries.map { ConfigValue.array($0.map { .double($0) }) }
        return super.config.merging([
            "bin_boundaries": boundaries ?? .null, "num_bins": ConfigValue(numBins), "epsilon": .double(epsilon),
            "output_mode": .string(outputMode.rawValue), "sparse": false,
        ]) { $1 }
    }
}

/// Sorted numbers that stand for many, each with how many it stands for.
private struct QuantileSummary {
    var values: [Double]
    var weights: [Double]

    init(of numbers: [Double], epsilon: Double) {
        let sorted = numbers.sorted()
        let step = max(Double(sorted.count) * epsilon, 1)
        values = stride(from: Int(step - 1), to: sorted.count, by: Int(step)).map { sorted[$0] }
        weights = values.map { _ in step }
        self = compressed(epsilon)
    }

    /// At most 1 / epsilon numbers, at equal shares of the weight, interpolated between those that there are.
    func compressed(_ epsilon: Double) -> QuantileSummary {
        guard Double(values.count) * epsilon >= 1 else { return self }
        var total = 0.0
        let sums = weights.map { weight -> Double in
            total += weight
            return total
        }
        let count = Int((1 / epsilon).rounded(.up))
        let shares = (0..<count).map { epsilon + Double($0) * epsilon }
        var result = self
        result.values = shares.map { Self.interpolated($0, sums.map { $0 / total }, values) }
        let newSums = shares.map { Self.interpolated($0, sums.map { $0 / total }, sums) }
        result.weights = newSums.indices.map { newSums[$0] - ($0 > 0 ? newSums[$0 - 1] : 0) }
        return result
    }

    /// The line through points, read at x; beyond them their first and last height.
    private static func interpolated(_ x: Double, _ places: [Double], _ heights: [Double]) -> Double {
        guard let next = places.firstIndex(where: { $0 > x }) else { return heights.last ?? 0 }
        guard next > 0 else { return heights[0] }
        let part = (x - places[next - 1]) / (places[next] - places[next - 1])
        return heights[next - 1] + (heights[next] - heights[next - 1]) * part
    }
}
