import Foundation
import Ibex
import IbexTestSupport
import Testing

@testable import IbexTensorBoard

/// What a training leaves in its folder. `scripts/interop` compares the same with Keras's own callback.
@Suite struct TensorBoardTests {
    private func model() -> Sequential {
        let model = Sequential([Input(shape: [2]), Dense(3, name: "first"), Dense(1, name: "second")])
        model.compile(optimizer: .sgd(learningRate: 0.125), loss: .meanSquaredError, metrics: [.mae])
        return model
    }

    private let x = Tensor(shape: [6, 2], scalars: (0..<12).map { Float($0) / 12 })
    private let y = Tensor(shape: [6, 1], scalars: (0..<6).map { Float($0) / 6 })

    @Test func epochsAreWritten() throws {
        let scratch = try Scratch()
        let history = try withDevice("cpu") {
            try model().fit(
                x, y, batchSize: 2, epochs: 2, verbose: 0, callbacks: [TensorBoard(logDir: scratch.path)],
                validationData: (x, y))
        }
        let train = try EventRecords(folder: scratch.file("train"))
        #expect(
            train.points == [
                "keras 0", "epoch_loss 0", "epoch_mae 0", "epoch_learning_rate 0", "epoch_loss 1", "epoch_mae 1",
                "epoch_learning_rate 1",
            ])
        #expect(train.scalars("epoch_loss") == history["loss"].map { Float($0) })
        #expect(train.scalars("epoch_learning_rate") == [0.125, 0.125])
        #expect(train.first("keras")?.metadata.pluginData.pluginName == "graph_keras_model")
        let json = try #require(train.first("keras")?.tensor.stringVal.first)
        #expect(try modelFromJSON(String(decoding: json, as: UTF8.self)).layers.map(\.name) == ["first", "second"])
        let validation = try EventRecords(folder: scratch.file("validation"))
        #expect(
            validation.points == [
                "evaluation_loss_vs_iterations 3", "evaluation_mae_vs_iterations 3", "epoch_loss 0", "epoch_mae 0",
                "evaluation_loss_vs_iterations 6", "evaluation_mae_vs_iterations 6", "epoch_loss 1", "epoch_mae 1",
            ])
        #expect(validation.scalars("epoch_loss") == history["val_loss"].map { Float($0) })
        #expect(validation.scalars("evaluation_mae_vs_iterations") == history["val_mae"].map { Float($0) })
    }

    /// Values of batches are those that a callback reads that waits for them, without the wait.
    @Test func batchesAreWrittenBehindTheSteps() throws {
        let scratch = try Scratch()
        var seen: [Float] = []
        try withDevice("cpu") {
            let board = TensorBoard(
                logDir: scratch.path, writeGraph: false, writeStepsPerSecond: true, updateFreq: 2)
            let reader = LambdaCallback(onTrainBatchEnd: { seen.append(Float(try $1.values()["loss"] ?? .nan)) })
            try model().fit(x, y, batchSize: 2, epochs: 3, verbose: 0, callbacks: [board, reader])
        }
        let train = try EventRecords(folder: scratch.file("train"))
        let steps = train.values.filter { $0.value.tag == "batch_loss" }.map(\.step)
        #expect(steps == [2, 4, 6, 8])
        #expect(train.scalars("batch_loss") == [seen[1], seen[3], seen[5], seen[7]])
        #expect(train.scalars("batch_steps_per_second").count == 4)
        #expect(train.scalars("epoch_steps_per_second").allSatisfy { $0 > 0 })
    }

    @Test func weightsAreWritten() throws {
        let scratch = try Scratch()
        try withDevice("cpu") {
            let model = Sequential([
                Input(shape: [4, 4, 3]), Conv2D(2, kernelSize: 3, name: "conv"), Flatten(), Dense(3, name: "dense"),
            ])
            model.compile(optimizer: .sgd(), loss: .meanSquaredError)
            try model.fit(
                Tensor.ones([2, 4, 4, 3]), Tensor.zeros([2, 3]), epochs: 3, verbose: 0,
                callbacks: [TensorBoard(logDir: scratch.path, histogramFreq: 2, writeGraph: false, writeImages: true)])
        }
        let train = try EventRecords(folder: scratch.file("train"))
        let weights = train.points.filter { !$0.hasPrefix("epoch_") }
        let names = [
            "conv/kernel/histogram", "conv/bias/histogram", "conv/bias/image", "dense/kernel/histogram",
            "dense/kernel/image", "dense/bias/histogram", "dense/bias/image",
        ]
        #expect(weights == [0, 2].flatMap { step in names.map { "\($0) \(step)" } })
        let size = try #require(train.first("dense/kernel/image")?.tensor.stringVal.prefix(2))
        #expect(size.map { String(decoding: $0, as: UTF8.self) } == ["8", "3"])
    }

    @Test func embeddingsAreWritten() throws {
        let scratch = try Scratch()
        try withDevice("cpu") {
            let model = Sequential([
                Input(shape: [2], dtype: .int32), Embedding(3, 2, name: "words"), Flatten(), Dense(1),
            ])
            model.compile(optimizer: .sgd(learningRate: 0), loss: .meanSquaredError)
            func fit(_ metadata: EmbeddingsMetadata) throws {
                try model.fit(
                    Tensor(shape: [1, 2], scalars: [0, 2] as [Int32]), Tensor.zeros([1, 1]), verbose: 0,
                    callbacks: [TensorBoard(logDir: scratch.path, embeddingsFreq: 1, embeddingsMetadata: metadata)])
            }
            try fit(["words": "a \"b\".tsv"])
            let rows = try String(decoding: scratch.bytes(of: "train/words.tsv"), as: UTF8.self).split(separator: "\n")
            let values = rows.flatMap { $0.split(separator: "\t").compactMap { Float($0) } }
            #expect(rows.count == 3)
            #expect(try values == model.weights[0].value.scalars(as: Float.self))
            let config = String(decoding: try scratch.bytes(of: "projector_config.pbtxt"), as: UTF8.self)
            #expect(
                config == """
                    embeddings {
                      tensor_name: "words/embeddings"
                      tensor_path: "train/words.tsv"
                      metadata_path: "a \\"b\\".tsv"
                    }

                    """)
            expectError(.argument, found: "\"other\"", expected: "words") { try fit(["other": "a.tsv"]) }
        }
    }

    @Test func evaluationAloneIsWritten() throws {
        let scratch = try Scratch()
        _ = try withDevice("cpu") {
            try model().evaluate(x, y, verbose: 0, callbacks: [TensorBoard(logDir: scratch.path)])
        }
        let validation = try EventRecords(folder: scratch.file("validation"))
        #expect(validation.points == ["evaluation_loss_vs_iterations 0", "evaluation_mae_vs_iterations 0"])
    }

    @Test func hyperParametersStandBesideTheTraining() throws {
        let scratch = try Scratch()
        _ = try withDevice("cpu") {
            try model().fit(x, y, verbose: 0, callbacks: [HyperParametersCallback(scratch.path, ["units": 3])])
        }
        let records = try EventRecords(folder: scratch.path)
        #expect(records.points == ["_hparams_/session_start_info 0", "_hparams_/session_end_info 0"])
    }

    /// Batches 2 to 4 of 6, three in each of two epochs: a text, and a trace beside it.
    @Test(arguments: ["cpu", "opencl"]) func batchesAreProfiled(device: String) throws {
        let scratch = try Scratch()
        func fit(_ board: TensorBoard) throws -> [Float] {
            try withDevice(device) {
                try withRandomSeed(4) {
                    let model = model()
                    try model.fit(x, y, batchSize: 2, epochs: 2, verbose: 0, callbacks: [board])
                    return try model.getWeights().flatMap { try $0.scalars(as: Float.self) }
                }
            }
        }
        let weights = try fit(
            TensorBoard(logDir: scratch.file("a"), writeGraph: false, profileBatch: .batches(2...4)))
        // Measuring changes nothing.
        #expect(try fit(TensorBoard(logDir: scratch.file("b"), writeGraph: false)) == weights)
        let train = try EventRecords(folder: scratch.file("a/train"))
        #expect(train.points.filter { !$0.hasPrefix("epoch_") } == ["profile/batch_4 4"])
        let text = String(decoding: try #require(train.first("profile/batch_4")?.tensor.stringVal.first), as: UTF8.self)
        #expect(text.split(separator: "\n").allSatisfy { $0.hasPrefix("    ") })
        #expect(text.contains("3 steps") && text.contains("first") && text.contains("matmul"))
        let runs = try FileManager.default.contentsOfDirectory(atPath: scratch.file("a/plugins/profile"))
        #expect(runs.count == 1 && runs[0].wholeMatch(of: /\d{4}(_\d\d){5}/) != nil)
        let folder = scratch.file("a/plugins/profile/\(runs[0])")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(files.count == 1 && files[0].hasSuffix(".trace.json"))
        let trace = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: "\(folder)/\(files[0])")))
        let events = try #require((trace as? [String: Any])?["traceEvents"] as? [[String: Any]])
        let names = events.compactMap { $0["name"] as? String }
        #expect(names.filter { $0.hasPrefix("step ") } == ["step 0", "step 1", "step 2"])
        #expect(!FileManager.default.fileExists(atPath: scratch.file("b/plugins")))
    }

    /// One batch; and more of them than there are, of which those are written that there were.
    @Test func profilesEndWithTheTraining() throws {
        let scratch = try Scratch()
        func points(_ batches: ProfileBatches, _ name: String) throws -> [String] {
            let board = TensorBoard(logDir: scratch.file(name), writeGraph: false, profileBatch: batches)
            try withDevice("cpu") { _ = try model().fit(x, y, batchSize: 2, verbose: 0, callbacks: [board]) }
            return try EventRecords(folder: scratch.file("\(name)/train")).points.filter { $0.hasPrefix("profile") }
        }
        #expect(try points(1, "one") == ["profile/batch_1 1"])
        #expect(try points(.batches(2...9), "cut") == ["profile/batch_3 3"])
        #expect(try points(7, "late") == [])
        #expect(try points(0, "none") == [])
    }

    @Test func wrongFrequencyIsRefused() throws {
        let scratch = try Scratch()
        for board in [
            TensorBoard(logDir: scratch.path, histogramFreq: -1), TensorBoard(logDir: scratch.path, updateFreq: 0),
            TensorBoard(logDir: scratch.path, profileBatch: .batches(0...2)),
            TensorBoard(logDir: scratch.path, profileBatch: -1),
        ] {
            expectError(.argument, at: "TensorBoard") {
                try withDevice("cpu") { _ = try model().fit(x, y, verbose: 0, callbacks: [board]) }
            }
        }
    }
}
