import Foundation
import Ibex
import IbexTestSupport
import Testing

@testable import IbexRuns

@Suite struct TrainingJobTests {
    /// What the description says, as a program says it, and its data.
    private func program() throws -> (model: Sequential, x: Tensor, y: Tensor) {
        let model = Sequential([Input(shape: [4]), Dense(8, activation: .tanh), Dense(3, activation: .softmax)])
        model.compile(
            optimizer: .adam(learningRate: 1e-2), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
        let (x, y) = try Iris.load()
        return (model, x, y)
    }

    /// The same training in a program: the same numbers, to the last bit.
    @Test func trainsAsAProgramDoes() throws {
        let scratch = try Scratch()
        let folder = try TrainingJob(try Descriptions.iris(output: scratch.file("run")), file: "iris.yaml")
            .run(verbose: 0).folder
        let log = try TrainingLog(path: folder.log)
        let history = try withRandomSeed(11) {
            try withDevice(.cpu) {
                let (model, x, y) = try program()
                let (xTrain, _, yTrain, _) = try trainTestSplit(x, y, testSize: 0.2)
                return try model.fit(
                    xTrain, yTrain, batchSize: 30, epochs: 4, verbose: 0, callbacks: [EarlyStopping(patience: 3)],
                    validationSplit: 0.25)
            }
        }
        #expect(log.names == history.keys && log.epochs == history.epoch && log.epochs.count == 4)
        for name in history.keys { #expect(log[name] == history[name]) }
    }

    /// The files, and what stands in the record.
    @Test func writesModelLogRecordAndArrays() throws {
        let scratch = try Scratch()
        let job = TrainingJob(try Descriptions.iris("fit.epochs=1", output: scratch.file("run")), file: "iris.yaml")
        let folder = try job.run(verbose: 0).folder
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
                == ["arrays.npz", "model.keras", "run.json", "training.csv"])
        let record = try RunRecord(path: folder.record)
        #expect(record.name == "flowers" && record.device.id == "cpu" && record.timing.epochs.count == 1)
        #expect(record.samples == ["training": 90, "validation": 30, "test": 30])
        #expect(record.description.object?["fit"]?.object?["epochs"] == 1)
        let note = try #require(record.evaluation)
        #expect(note.samples == "test" && note.count == 30 && note.names == ["loss", "accuracy"])
        #expect(note.confusion.joined().reduce(0, +) == 30 && note.classNames == ["setosa", "versicolor", "virginica"])
        let right = note.confusion.indices.reduce(0) { $0 + note.confusion[$1][$1] }
        #expect(abs(note.values[1] - Double(right) / 30) < 1e-6)
        #expect(record.final.keys.sorted() == ["accuracy", "loss", "val_accuracy", "val_loss"])
        let model = try loadModel(folder.path + "/model.keras")
        #expect(model.preprocessing["class_names"] == ["setosa", "versicolor", "virginica"])
        #expect(try RunRecord(json: record.json, at: "again") == record)
        var interrupted = record
        interrupted.interruption = History.Interruption(epoch: 2, batches: 7)
        #expect(try RunRecord(json: interrupted.json, at: "again") == interrupted)
        // As versions before this key wrote it.
        let former = (record.json.object ?? [:]).filter { $0.key != "interruption" }
        #expect(try RunRecord(json: .object(former), at: "again") == record)
    }

    @Test func earlierResultsAreKeptUnlessTheyMayGo() throws {
        let scratch = try Scratch()
        let job = TrainingJob(try Descriptions.iris("fit.epochs=1", output: scratch.file("run")), file: "iris.yaml")
        try job.run(verbose: 0)
        expectError(
            .file, at: "run", found: "the results of an earlier training", expected: "a folder without any",
            remedy: "Name another with --output, or say --overwrite."
        ) { try job.run(verbose: 0) }
        try job.run(overwrites: true, verbose: 0)
    }

    @Test func aCheckTrainsNothingAndWritesNothing() throws {
        let scratch = try Scratch()
        let job = TrainingJob(try Descriptions.iris(output: scratch.file("run")), file: "iris.yaml")
        let text = try job.check()
        #expect(text.contains("samples   90 for training, 30 for validation, 30 for test") && text.contains("dense"))
        #expect(try scratch.names.isEmpty)
    }

    /// Files of arrays, by the names of two inputs; a layer that learns from the data; a table of numbers as targets.
    @Test func trainsOnFiles() throws {
        let scratch = try Scratch()
        let rows = (0..<20).map { Float($0) }
        try saveNPZ(
            ["left": Tensor(shape: [20, 1], scalars: rows), "other": Tensor([1 as Float])], to: scratch.file("x.npz"))
        try saveNPY(Tensor(shape: [20, 1], scalars: rows.map { $0 * 100 }), to: scratch.file("right.npy"))
        try saveCSV(
            Tensor(shape: [20, 2], scalars: rows.flatMap { [$0, $0 / 20] }), to: scratch.file("y.csv"),
            header: ["n", "y"])
        let (left, right) = (Input(shape: [1], name: "left"), Input(shape: [1], name: "right"))
        let joined = try Concatenate()([left, right])
        let model = try Model(inputs: [left, right], outputs: [try Dense(1, name: "sum")(joined)])
        try Data(model.toJSON().utf8).write(to: URL(filePath: scratch.file("net.json")))
        let text = """
            model: net.json
            data:
              x: {left: x.npz, right: {path: right.npy}}
              y: {path: y.csv, columns: 1, skip_rows: 1}
              preprocessing: {x: [Normalization]}
            compile: {optimizer: sgd, loss: mse}
            fit: {epochs: 2, shuffle: false}
            seed: 3
            device: cpu
            output: {folder: \(scratch.file("run")), model: net.h5}
            """
        try Data(text.utf8).write(to: URL(filePath: scratch.file("two.yaml")))
        let job = TrainingJob(
            try TrainingDescription(DescriptionFile(path: scratch.file("two.yaml"))), file: "two.yaml")
        let folder = try job.run(verbose: 0).folder
        let trained = try loadModel(folder.path + "/net.h5")
        let steps = try #require(trained.preprocessing["x"]?.array)
        // Mean and variance of 0, 100, … 1900.
        let second = try #require(steps.last?.array?.first?.object?["config"]?.object)
        #expect(second["mean"]?.array?.first?.double == 950 && second["variance"]?.array?.first?.double == 332_500)
        let record = try RunRecord(path: folder.record)
        #expect(record.evaluation?.samples == "training" && record.evaluation?.confusion == [])
    }

    /// Weights from a file, split as the samples are: the numbers of a program that gives `fit` the same.
    @Test func weightsOfSamplesCount() throws {
        let scratch = try Scratch()
        let weights = Tensor((0..<150).map { Float($0 % 4) })
        try saveNPY(weights, to: scratch.file("weights.npy"))
        let description = try Descriptions.iris(
            "fit.sample_weight=\(scratch.file("weights.npy"))", "fit.callbacks=[]", output: scratch.file("run"))
        let folder = try TrainingJob(description, file: "iris.yaml").run(verbose: 0).folder
        let history = try withRandomSeed(11) {
            try withDevice(.cpu) {
                let (model, x, y) = try program()
                let (rows, _, yTrain, _) = try trainTestSplit(Tensor((0..<150).map { Int32($0) }), y, testSize: 0.2)
                return try model.fit(
                    x.gathering(rows), yTrain, batchSize: 30, epochs: 4, verbose: 0, validationSplit: 0.25,
                    sampleWeight: weights.gathering(rows))
            }
        }
        let log = try TrainingLog(path: folder.log)
        for name in history.keys { #expect(log[name] == history[name]) }
    }

    @Test func weightsThatDoNotFitAreErrors() throws {
        let scratch = try Scratch()
        try saveNPY(Tensor.ones([149]), to: scratch.file("w.npy"))
        let job = TrainingJob(
            try Descriptions.iris("fit.sample_weight=\(scratch.file("w.npy"))", output: scratch.file("run")),
            file: "iris.yaml")
        expectError(.data, at: "data", found: "arrays of 150 and 149 rows") { _ = try job.check() }
        expectError(.configuration, at: "fit.sample_weight", expected: "either this or class_weight") {
            _ = try Descriptions.iris("fit.sample_weight=\(scratch.file("w.npy"))", "fit.class_weight={0: 2}")
        }
    }

    /// A training that was killed after two epochs goes on in its folder, and its log goes on too.
    @Test func goesOnAfterAKill() throws {
        let scratch = try Scratch()
        func run(_ folder: String, epochs: Int) throws -> TrainingLog {
            let description = try Descriptions.iris(
                "fit.callbacks[0]={class_name: BackupAndRestore, backup_dir: state, delete_checkpoint: false}",
                "fit.epochs=\(epochs)", output: scratch.file(folder))
            return try TrainingLog(path: try TrainingJob(description, file: "iris.yaml").run(verbose: 0).folder.log)
        }
        _ = try run("killed", epochs: 2)
        try FileManager.default.removeItem(atPath: scratch.file("killed/run.json"))
        let (resumed, straight) = (try run("killed", epochs: 4), try run("straight", epochs: 4))
        #expect(resumed.epochs == [0, 1, 2, 3] && resumed == straight)
    }

    /// A model's file goes on from where it was, compiled as it was.
    @Test func trainsOnFromAFile() throws {
        let scratch = try Scratch()
        let first = TrainingJob(try Descriptions.iris(output: scratch.file("a")), file: "iris.yaml")
        let folder = try first.run(verbose: 0).folder
        let text = """
            model: \(folder.path)/model.keras
            data: {dataset: iris, test_size: 0.2}
            fit: {epochs: 6, initial_epoch: 4}
            seed: 11
            device: cpu
            output: \(scratch.file("b"))
            """
        let job = TrainingJob(try TrainingDescription(DescriptionFile(text: text, path: "on.yaml")), file: "on.yaml")
        let log = try TrainingLog(path: try job.run(verbose: 0).folder.log)
        let before = try TrainingLog(path: folder.log)
        #expect(log.epochs == [4, 5])
        #expect((log["loss"][0] ?? .infinity) < (before["loss"][0] ?? 0))
    }
}
