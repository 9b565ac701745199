import IbexGraph
import IbexModels

/// The data of a description: what is trained on, validated on and tested on.
struct DataDescription: Sendable {
    static let keys = [
        "dataset", "x", "y", "validation", "test", "test_size", "preprocessing", "class_names",
    ]

    private enum Source: Sendable {
        case named(NamedDataset)
        case files(SampleSource)
    }

    private enum Validation: Sendable {
        case none
        case test
        case files(SampleSource)
    }

    private let source: Source
    private let validation: Validation
    private let test: SampleSource?
    private let testSize: Double?
    private let x: Preprocessing
    private let y: Preprocessing
    let classNames: [String]
    private let place: String

    /// Whether there are samples for validation, beside those that `fit` puts aside.
    var hasValidation: Bool { if case .none = validation { false } else { true } }

    init(_ field: Field) throws {
        let section = try field.required(try field.section(Self.keys), "an object with dataset, or with x and y")
        place = field.place
        let dataset = try section["dataset"].choice(NamedDataset.self)
        if let dataset {
            try field.checkKeys(of: section.config, against: Self.keys.filter { !["x", "y", "test"].contains($0) })
            source = .named(dataset)
        } else {
            source = .files(try SampleSource(section))
        }
        test = try section["test"].section(["x", "y"]).map { try SampleSource($0) }
        testSize = try section["test_size"].share()
        let hasTest = test != nil || dataset?.hasTest == true
        guard testSize == nil || !hasTest else {
            throw section["test_size"].misfit("no test_size: the data has samples to test on")
        }
        let validated = section["validation"]
        if validated.value == "test" {
            guard hasTest || testSize != nil else {
                throw validated.misfit("samples to test on", remedy: "Add test, or test_size.")
            }
            validation = .test
        } else {
            let files = try validated.value.map { _ in
                guard validated.value?.object != nil else {
                    throw validated.misfit("test, or an object with the keys x, y")
                }
                return try validated.section(["x", "y"])
            }
            validation = try files?.map { .files(try SampleSource($0)) } ?? .none
        }
        let steps = try section["preprocessing"].section(["x", "y"])
        x = try Preprocessing(steps?["x"] ?? Field(field.file, field.path, nil))
        y = try Preprocessing(steps?["y"] ?? Field(field.file, field.path, nil))
        classNames =
            try section["class_names"].elements("a list of names").map { name in
                try name.required(name.value?.string ?? name.value?.int.map(String.init), "a name")
            }.nilIfEmpty ?? dataset?.classNames ?? []
    }

    /// Reads everything, and lets it go through the preprocessing.
    ///
    /// - Parameter weights: how much each of the samples counts, before some are put aside.
    func load(for model: Model, weights: ArrayGroup?) throws -> TrainingSamples {
        var train: Samples
        var tested: Samples?
        switch source {
        case .named(let dataset): (train, tested) = try dataset.load()
        case .files(let files): (train, tested) = (try files.samples(of: model), try test?.samples(of: model))
        }
        train.weights = try weights?.tensors(model.outputNames) ?? []
        if let testSize { (train, tested) = try Self.split(train, testSize, at: place) }
        var validated: Samples?
        switch validation {
        case .none: break
        case .test: validated = tested
        case .files(let files): validated = try files.samples(of: model)
        }
        let (x, y) = (try x.adapted(to: train.x), try y.adapted(to: train.y))
        func processed(_ samples: Samples) throws -> Samples {
            Samples(x: try x(samples.x), y: try y(samples.y), weights: samples.weights)
        }
        var notes: Config = [:]
        if !self.x.isEmpty { notes["x"] = try x.notes() }
        if !self.y.isEmpty { notes["y"] = try y.notes() }
        if !classNames.isEmpty { notes["class_names"] = .array(classNames.map { .string($0) }) }
        return TrainingSamples(
            train: try processed(train), validation: try validated.map(processed), test: try tested.map(processed),
            raw: TrainingSamples.Raw(train: train.x, validation: validated?.x, test: tested?.x), notes: notes)
    }

    /// Puts a share of the samples aside, the same of each tensor, in an order that the seed decides.
    private static func split(_ all: Samples, _ size: Double, at place: String) throws -> (Samples, Samples?) {
        guard let first = all.x.first, first.rank > 0 else { return (all, nil) }
        let (train, test) =
            try all.y.first.map { target in
                let rows = Tensor((0..<first.shape[0]).map { Int32($0) })
                let parts = try trainTestSplit(rows, target, testSize: size)
                return (parts.xTrain, parts.xTest)
            } ?? (first, first)
        for tensor in all.x + all.y + all.weights where tensor.rank == 0 || tensor.shape[0] != first.shape[0] {
            throw IbexError(
                .data, at: place,
                found: "arrays of \(first.shape[0]) and \(tensor.rank == 0 ? 0 : tensor.shape[0]) rows",
                expected: "as many targets, and weights if any, as samples")
        }
        func part(_ rows: Tensor) -> Samples {
            Samples(
                x: all.x.map { $0.gathering(rows) }, y: all.y.map { $0.gathering(rows) },
                weights: all.weights.map { $0.gathering(rows) })
        }
        return (part(train), part(test))
    }
}

/// What a description's data came to.
struct TrainingSamples: Sendable {
    let train: Samples
    let validation: Samples?
    let test: Samples?
    /// The samples before their preprocessing, for pictures.
    let raw: Raw
    /// What they went through, for the model's file.
    let notes: Config

    struct Raw: Sendable {
        let train: [Tensor]
        let validation: [Tensor]?
        let test: [Tensor]?
    }
}

extension Array {
    fileprivate var nilIfEmpty: Self? { isEmpty ? nil : self }
}
