import FoundationEssentials
import IbexArrays
import IbexGraph
import IbexRuntime

/// What a report's pictures are drawn of, as `arrays.npz` keeps it.
struct RunArrays: Sendable {
    /// For each sample: its class, the class that it is taken for, and how surely.
    var labels: [Int] = []
    var predictions: [Int] = []
    var confidences: [Double] = []
    /// How each class is told from the others.
    var curves: [ClassCurve] = []
    /// The numbers of the samples that are shown: the surest mistakes, then one of each kind.
    var mistakes: [Int] = []
    /// Their images, bytes of [mistakes, height, width, channels].
    var images: Tensor?
    /// The kernel of the first convolution, [height, width, inputs, filters].
    var filters: Tensor?

    init() {}

    private var isEmpty: Bool { labels.isEmpty && filters == nil }

    func write(to path: String) throws {
        guard !isEmpty else { return }
        var arrays: [(String, Tensor)] = []
        func add(_ name: String, _ numbers: [Int]) {
            if !numbers.isEmpty { arrays.append((name, Tensor(numbers.map { Int32($0) }))) }
        }
        add("labels", labels)
        add("predictions", predictions)
        if !confidences.isEmpty { arrays.append(("confidences", Tensor(confidences.map { Float($0) }))) }
        if !curves.isEmpty {
            // A row for each point: the class that it is of, and its two rates.
            let rows = curves.flatMap { curve in
                zip(curve.falsePositiveRates, curve.truePositiveRates).flatMap {
                    [Float(curve.number), Float($0), Float($1)]
                }
            }
            arrays.append(("roc", Tensor(shape: [rows.count / 3, 3], scalars: rows)))
        }
        add("mistakes", mistakes)
        if let images { arrays.append(("images", images)) }
        if let filters { arrays.append(("filters", filters)) }
        try saveNPZ(NamedTensors(arrays), to: path, compressed: true)
    }

    /// None of it where there is no such file.
    ///
    /// - Throws: `IbexError` of kind `file` where it is damaged, or numbers do not fit together.
    init(path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        // Drawing needs no other device, whatever was trained on.
        let arrays = try withDevice(.cpu) { try loadNPZ(path) }
        func ints(_ name: String) throws -> [Int] { try arrays[name]?.doubles().map { Int($0) } ?? [] }
        labels = try ints("labels")
        predictions = try ints("predictions")
        confidences = try arrays["confidences"]?.doubles() ?? []
        curves = try arrays["roc"].map { try Self.curves($0, at: path) } ?? []
        mistakes = try ints("mistakes")
        (images, filters) = (arrays["images"], arrays["filters"])
        let fits =
            predictions.count == labels.count && [0, labels.count].contains(confidences.count)
            && mistakes.allSatisfy(labels.indices.contains) && Set(mistakes).count == mistakes.count
            && images.map { $0.rank == 4 && $0.shape[0] == mistakes.count && $0.dtype == .uint8 } ?? true
            && filters.map { $0.rank == 4 } ?? true
        guard fits else {
            throw IbexError(
                .file, at: path, found: "arrays that do not fit together", expected: "those that `ibex train` wrote")
        }
    }

    private static func curves(_ table: Tensor, at path: String) throws -> [ClassCurve] {
        let values = try table.doubles()
        guard table.rank == 2, table.shape[1] == 3, values.allSatisfy({ $0 >= 0 && $0 <= 1e6 }) else {
            throw IbexError(
                .file, at: path, found: "roc of shape \(table.shape), or with numbers that are no rates",
                expected: "a class and two rates in each row")
        }
        let rows = stride(from: 0, to: values.count, by: 3).map { values[$0..<$0 + 3] }
        let numbers = rows.map { Int($0[$0.startIndex]) }
        return Set(numbers).sorted().map { number in
            let own = rows.indices.filter { numbers[$0] == number }.map { rows[$0] }
            return ClassCurve(
                number: number, falsePositiveRates: own.map { $0[$0.startIndex + 1] },
                truePositiveRates: own.map { $0[$0.startIndex + 2] })
        }
    }
}
