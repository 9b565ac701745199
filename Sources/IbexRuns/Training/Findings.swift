import IbexGraph
import IbexModels

/// What a trained model makes of the samples that it was not trained on: those for the test, else those for validation,
/// else, where there are no others, those of the training.
struct Findings {
    /// So many samples are looked at one by one.
    private static let limit = 50_000

    private(set) var note: RunRecord.EvaluationNote
    private(set) var arrays = RunArrays()

    init(_ model: Model, _ samples: TrainingSamples, _ description: TrainingDescription, verbose: Verbosity) throws {
        let (name, part, raw) = Self.part(samples, description.fit)
        let batchSize = description.fit.validationBatchSize ?? description.fit.batchSize
        if verbose != .silent { print("\nOn the samples for \(name):") }
        let logs = try model.evaluate(
            part.x, part.y, batchSize: batchSize, verbose: verbose, sampleWeights: part.weights
        ).logs
        note = RunRecord.EvaluationNote(
            samples: name, count: part.x[0].shape[0], names: logs.names, values: logs.values, confusion: [],
            classNames: [])
        arrays.filters = ImageSamples.filters(of: model)
        guard part.x.count == 1, part.y.count == 1, let loss = model.compileArguments?.losses.first else { return }
        let count = min(note.count, Self.limit)
        let predicted = try model.predict(part.x[0][..<count], batchSize: batchSize, verbose: 0)
        guard let classes = try ClassFindings(targets: part.y[0][..<count], results: predicted, loss: loss) else {
            return
        }
        note.confusion = classes.confusion
        let names = description.data.classNames
        note.classNames = names.count == classes.classCount ? names : []
        (arrays.labels, arrays.predictions) = (classes.labels, classes.predictions)
        arrays.confidences = classes.confidences ?? []
        arrays.curves = try classes.curves()
        let shown = classes.shownMistakes
        arrays.images = try ImageSamples.bytes(of: raw, rows: shown) ?? ImageSamples.bytes(of: part.x[0], rows: shown)
        if arrays.images != nil { arrays.mistakes = shown }
    }

    /// Which samples, their name, and the first input as it was before the preprocessing.
    private static func part(_ samples: TrainingSamples, _ fit: FitDescription) -> (String, Samples, Tensor) {
        if let test = samples.test { return ("test", test, samples.raw.test?.first ?? test.x[0]) }
        if let validation = samples.validation {
            return ("validation", validation, samples.raw.validation?.first ?? validation.x[0])
        }
        let (train, raw) = (samples.train, samples.raw.train[0])
        guard fit.validationSplit > 0 else { return ("training", train, raw) }
        let begin = Int(Double(raw.shape[0]) * (1 - fit.validationSplit))
        func rest(_ tensors: [Tensor]) -> [Tensor] { tensors.map { $0[begin...] } }
        return (
            "validation", Samples(x: rest(train.x), y: rest(train.y), weights: rest(train.weights)), raw[begin...]
        )
    }
}
