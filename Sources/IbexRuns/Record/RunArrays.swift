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
}
