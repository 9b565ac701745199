import IbexGraph
import IbexRuntime

extension SummaryWriter {
    /// How the numbers of a tensor are distributed, whatever its shape.
    ///
    ///     try writer.histogram("dense/kernel", layer.weights[0].value, step: epoch)
    ///
    /// The range from the smallest to the largest number is cut into buckets of one width; where all numbers are equal,
    /// the last bucket has them all. Numbers that are not finite are left out: they belong to no bucket.
    ///
    /// - Parameter buckets: how many, at least 1.
    /// - Throws: beside errors of the file, `IbexError` of kind `argument` for fewer buckets, and what computing the
    ///   tensor throws.
    public func histogram(_ name: String, _ values: Tensor, step: Int, buckets: Int = 30) throws {
        guard buckets > 0 else {
            throw IbexError(
                .argument, at: "histogram \"\(name)\"", found: "\(buckets) buckets", expected: "at least 1")
        }
        let rows = Histogram(try values.doubles(), buckets: buckets).rows
        try write(
            .doubles(rows.flatMap { [$0.left, $0.right, $0.count] }, shape: [rows.count, 3]), name, step: step,
            plugin: "histograms", content: [])
    }
}

/// Numbers counted in buckets.
struct Histogram {
    let rows: [(left: Double, right: Double, count: Double)]

    init(_ values: [Double], buckets: Int) {
        let values = values.filter(\.isFinite)
        guard let least = values.min(), let largest = values.max() else {
            rows = Array(repeating: (0, 0, 0), count: buckets)
            return
        }
        var counts = [Double](repeating: 0, count: buckets)
        let width = (largest - least) / Double(buckets)
        guard width > 0, width.isFinite else {
            counts[buckets - 1] = Double(values.count)
            rows = counts.map { (least, largest, $0) }
            return
        }
        for value in values { counts[min(Int((value - least) / width), buckets - 1)] += 1 }
        rows = counts.enumerated().map { index, count in
            let right = index == buckets - 1 ? largest : least + Double(index + 1) * width
            return (least + Double(index) * width, right, count)
        }
    }
}
