import IbexArrays
import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

@testable import IbexFiles

/// Models that Keras 2.12 and 3.15 saved: they answer here as there, and train on from where they stopped.
@Suite(.serialized) struct LoadModelTests {
    @Test(arguments: ["cpu", "opencl"], SavedModel.all("keras", "h5"))
    func answersAsInKeras(device: String, file: SavedModel) throws {
        try PlainKernels.withDevice(device) { try expectAnswers(file, device) }
    }

    @Test func answersWithTheKernelsThatUsersGet() throws {
        try withDevice("opencl") {
            try expectAnswers(SavedModel(keras: 3, name: "residual", format: "keras"), "opencl")
        }
    }

    /// One loading for all of it: the optimizer's state, what the model predicts and reports, and a step of training on.
    private func expectAnswers(_ file: SavedModel, _ device: String) throws {
        let model = try loadModel(try file.path())
        let subject = "\(device), \(file.testDescription)"
        let oracle = try file.oracle
        try expectOptimizerState(of: model, file)
        try oracle.expectPredictions(of: model, "prediction", within: 1e-5, subject)
        try oracle.expectEvaluation(of: model, subject)
        guard oracle.isRepeatable else { return }
        try model.trainOnBatch(Batch(inputs: try oracle.inputs(), targets: try oracle.targets()))
        try oracle.expectPredictions(of: model, "resumed.prediction", within: 1e-4, subject)
        let resumed = try oracle.numbered("resumed.weight")
        #expect(resumed.count >= 3, "\(subject)")
        for (number, want) in resumed {
            let weight = try #require(model.weights.dropFirst(number).first)
            expectClose(
                Values(weight.shape, want.dtype, try weight.stored.doubles()), want, .ofPeak(1e-4),
                "\(subject), \(weight.name) after a step")
        }
    }

    private func expectOptimizerState(of model: Model, _ file: SavedModel) throws {
        let optimizer = try #require(model.optimizer)
        #expect(try optimizer.iterations?.stored.item(as: Int64.self) == 2)
        let oracle = try file.oracle
        #expect(oracle.fields["optimizer_class"]?.string == optimizer.className)
        // Keras 2 keeps no learning rate, but a slot of SGD without momentum too.
        let slots = optimizer.keptVariables.count
        let count = oracle.names("optimizer").count
        let weights = model.trainableWeights.count
        #expect(
            file.keras == 3
                ? optimizer.variables.count == count
                : slots + 1 == count || slots == 0 && [1, 1 + weights].contains(count))
    }

    @Test(arguments: [2, 3], ["h5", "keras"]) func namesTheLayerItDoesNotKnow(keras: Int, format: String) throws {
        let path = try #require(try OracleModel("text_lstm", keras: keras).path(format))
        expectError(.name, at: "lstm (LSTM)", found: "LSTM", remedy: "withCustomObjects") { _ = try loadModel(path) }
    }

    @Test func leavesOutWhatCompileSettled() throws {
        let model = try loadModel(try SavedModel(keras: 3, name: "mlp_10", format: "keras").path(), compile: false)
        #expect(model.optimizer == nil)
    }

    @Test func drawsNoFirstValues() throws {
        let file = SavedModel(keras: 3, name: "mlp_10", format: "keras")
        let made = try Layer.$leavesWeightsEmpty.withValue(true) {
            let layer = Dense(
                3,
                kernelInitializer: Initializer("never") { _ in
                    Issue.record("drawn"); return []
                })
            try layer.buildIfNeeded([[1, 2]])
            return layer.weights
        }
        #expect(made.allSatisfy { $0.stored.storage == nil })
        #expect(try loadModel(try file.path()).weights.allSatisfy { $0.stored.storage != nil })
    }

    /// A part that says of itself that it unpacks to far more than it is: before anything is unpacked.
    @Test(arguments: ["config.json", "model.weights.h5"]) func aBombIsNotUnpacked(part: String) throws {
        try withScratch { folder in
            let path = folder.file("m.keras")
            try Sequential([Input(shape: [2]), Dense(1)]).save(path)
            let parts = try ZipArchive(path: path)
            func pack(_ blanks: Int) throws {
                try ZipArchive.write(
                    parts.members.map { member in
                        let padding = [UInt8](repeating: 0x20, count: member.name == part ? blanks : 0)
                        return .init(member.name, try parts.contents(of: member) + padding)
                    }, to: path, compressed: true)
            }
            try pack(1 << 20)
            #expect(try loadModel(path).weights.count == 2)
            try pack(17 << 20)
            expectError(.file, at: "m.keras, \(part)", found: "bytes packed in", expected: "16 MiB") {
                _ = try loadModel(path)
            }
        }
    }

    @Test func saysWhatIsNoModel() throws {
        try withScratch { folder in
            let path = folder.file("notes.keras")
            expectError(.file, at: path) { _ = try loadModel(path) }
            try folder.write(Array("Not a model".utf8), to: "notes.keras")
            expectError(.file, at: path, expected: "HDF5") { _ = try loadModel(path) }
        }
        let weights = try SavedModel(keras: 2, name: "mlp_10", format: "h5_weights").path()
        expectError(.file, found: "model_config", remedy: "loadWeights") { _ = try loadModel(weights) }
    }
}
