import Foundation
import Ibex
import IbexModels
import IbexTensorBoard

/// Event files for TensorBoard's own reader, and what it must find there.
struct BoardTrial {
    let folder: URL

    func save() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let runs: Config = [
            "scalars": ["update_freq": "epoch"], "batches": ["update_freq": 2, "write_steps_per_second": true],
            "weights": [
                "histogram_freq": 2, "write_images": true, "update_freq": "batch", "write_steps_per_second": true,
            ],
        ]
        var facts: Config = ["runs": .object(runs), "written": try written(), "projector": try projector()]
        var trainings: Config = [:]
        for (name, arguments) in runs { trainings[name] = try training(name, arguments) }
        facts["trainings"] = .object(trainings)
        try Data(JSON.text(.object(facts)).utf8).write(to: folder.appending(path: "facts.json"))
    }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    /// A training that Keras repeats: its arguments, and what it came to.
    private func training(_ name: String, _ arguments: ConfigValue) throws -> ConfigValue {
        let model = Sequential(
            [
                Input(shape: [4, 4, 3]), Conv2D(4, kernelSize: 3, name: "conv"), Flatten(name: "flat"),
                Dense(3, name: "dense"),
            ], name: "pictures")
        model.compile(optimizer: .sgd(learningRate: 0.03125), loss: .meanSquaredError, metrics: [.mae])
        let x = Trial.wave([6, 4, 4, 3])
        let y = Trial.wave([6, 3], phase: 1)
        let given = arguments.object ?? [:]
        let board = TensorBoard(
            logDir: path(name), histogramFreq: given["histogram_freq"]?.int ?? 0,
            writeImages: given["write_images"]?.bool ?? false,
            writeStepsPerSecond: given["write_steps_per_second"]?.bool ?? false,
            updateFreq: given["update_freq"]?.string == "batch"
                ? .batch : given["update_freq"]?.int.map { .batches($0) } ?? .epoch)
        let first = model.getWeights()
        let history = try model.fit(
            x, y, batchSize: 2, epochs: 3, verbose: 0, callbacks: [board], validationData: (x, y),
            shuffle: false)
        return [
            "x": try numbers(x), "y": try numbers(y), "first": .array(try first.map(numbers)),
            "last": .array(try model.getWeights().map(numbers)), "json": .string(try model.toJSON()),
            "history": .object(Config(uniqueKeysWithValues: history.keys.map { ($0, numbers(history[$0])) })),
        ]
    }

    /// One of each kind by the writer alone.
    private func written() throws -> ConfigValue {
        let writer = try SummaryWriter(path("written"))
        let scalars = [0.5, -1.25, 1e30, .nan, .infinity]
        for (step, value) in scalars.enumerated() { try writer.scalar("a/scalar", value, step: step * 10) }
        let values = Trial.wave([50, 3])
        try writer.histogram("histogram", values, step: 7, buckets: 12)
        let image = Trial.wave([5, 6, 7, 3])
        try writer.image("image", image, step: 8, maxOutputs: 4)
        for channels in [1, 2, 4] {
            try writer.image("image\(channels)", Tensor.ones([1, 3, 2, channels]) * 0.5, step: 1)
        }
        try writer.text("text", "# Title\n\n| a | \u{e9} |\n", step: 9)
        try writer.experiment(
            [
                HyperParameter("units", .values([8, 16]), displayName: "Units", description: "how many"),
                HyperParameter("rate", .interval(0.1...0.4)), HyperParameter("kind", .values(["a", "b"])),
                HyperParameter("on", .values([true, false])),
            ], metrics: [HyperParameterMetric("a/scalar", displayName: "Scalar")])
        try writer.hyperParameters(["units": 16, "rate": 0.25, "kind": "b", "on": true], trial: "trial-1")
        try writer.hyperParametersEnd()
        try writer.close()
        return ["scalars": numbers(scalars), "histogram": try numbers(values), "image": try numbers(image)]
    }

    /// What the projector is told of an embedding.
    private func projector() throws -> ConfigValue {
        let model = Sequential([
            Input(shape: [2], dtype: .int32), Embedding(5, 3, name: "words"), Flatten(), Dense(1),
        ])
        model.compile(optimizer: .sgd(), loss: .meanSquaredError)
        try model.fit(
            Tensor(shape: [2, 2], scalars: [0, 1, 2, 3] as [Int32]), Tensor.zeros([2, 1]), verbose: 0,
            callbacks: [TensorBoard(logDir: path("projector"), embeddingsFreq: 1, embeddingsMetadata: "words.tsv")])
        return try numbers(model.weights[0].value)
    }

    private func numbers(_ tensor: Tensor) throws -> ConfigValue {
        ["shape": ConfigValue(tensor.shape.extents), "values": numbers(try tensor.doubles())]
    }

    private func numbers(_ values: [Double]) -> ConfigValue { .array(values.map { .double($0) }) }
}
