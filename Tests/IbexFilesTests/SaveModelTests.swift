@testable import IbexArrays
import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

@testable import IbexFiles

/// What is saved comes back: weights and optimizer state to the bit, layers, losses and metrics.
@Suite(.serialized) struct SaveModelTests {
    static let endings: [(String, KerasStyle)] = [
        (".keras", .keras3), (".h5", .keras3), (".h5", .keras2), (".hdf5", .keras3),
    ]

    @Test(arguments: SavedModel.all("keras", "h5")) func comesBack(file: SavedModel) throws {
        try withDevice("cpu") { try expectComingBack(file) }
    }

    /// What is saved of a device's memory.
    @Test func comesBackFromADevice() throws {
        try withDevice("opencl") {
            let model = try loadModel(try SavedModel(keras: 3, name: "residual", format: "keras").path())
            let before = try contents(of: model)
            try withScratch { folder in
                for (ending, style) in Self.endings {
                    try model.save(folder.file("again\(ending)"), style: style)
                    #expect(try contents(of: loadModel(folder.file("again\(ending)"))) == before)
                }
            }
        }
    }

    private func expectComingBack(_ file: SavedModel) throws {
        let model = try loadModel(try file.path())
        let before = try contents(of: model)
        try withScratch { folder in
            for (ending, style) in Self.endings {
                let path = folder.file("again\(ending)")
                try model.save(path, style: style)
                let again = try loadModel(path)
                let subject = Comment(rawValue: "\(file.testDescription), as \(ending), \(style)")
                #expect(try contents(of: again) == before, subject)
                #expect(again.optimizer?.className == model.optimizer?.className, subject)
                if style == .keras3 {
                    #expect(again.config == model.config, subject)
                    #expect(again.optimizer?.serialized == model.optimizer?.serialized, subject)
                }
                try file.oracle.expectEvaluation(of: again, subject.rawValue)
            }
        }
    }

    @Test func keepsWhatTheDataWentThrough() throws {
        let model = Sequential([Input(shape: [2]), Rescaling(0.5), Dense(1)], name: "scaled")
        model.preprocessing = ["pixels": "divided by 255", "mean": 0.25, "labels": ["cat", "dog"]]
        try withScratch { folder in
            for (ending, style) in Self.endings {
                let path = folder.file("m\(ending)")
                try model.save(path, style: style)
                let again = try loadModel(path)
                #expect(again.preprocessing == model.preprocessing)
                #expect(again.layers.first is Rescaling)
                #expect(again.optimizer == nil)
            }
        }
    }

    @Test func anUntrainedOptimizerHasItsCounterAndRate() throws {
        let model = Sequential([Input(shape: [2]), Dense(1)])
        model.compile(optimizer: .adam(learningRate: 0.5), loss: .mse)
        try withScratch { folder in
            for (ending, style) in Self.endings {
                let path = folder.file("m\(ending)")
                try model.save(path, style: style)
                let again = try loadModel(path)
                #expect(again.optimizer?.learningRate == 0.5)
                #expect(
                    try again.trainOnBatch(Tensor([[1, 2]] as [[Float]]), Tensor([[1]] as [[Float]])).loss.isFinite)
            }
        }
    }

    /// The members of the archive in Keras's order, stored.
    @Test func anArchiveIsKerass() throws {
        try withScratch { folder in
            let path = folder.file("m.keras")
            try Sequential([Input(shape: [2]), Dense(1)]).save(path)
            let archive = try ZipArchive(path: path)
            #expect(archive.members.map(\.name) == ["metadata.json", "config.json", "model.weights.h5"])
            #expect(archive.members.allSatisfy { $0.byteCount == $0.packedByteCount })
            let metadata = try JSON.value(of: try archive.contents(of: "metadata.json"), at: "metadata").object
            #expect(metadata?["keras_version"] == "3.15.1")
            #expect(metadata?["date_saved"]?.string?.wholeMatch(of: /\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d/) != nil)
        }
    }

    @Test func refusesOtherEndingsAndUnbuiltModels() throws {
        let model = Sequential([Input(shape: [2]), Dense(1)])
        expectError(.file, at: "m.txt", expected: ".keras") { try model.save("m.txt") }
        expectError(.file, at: "m.keras", expected: ".weights.h5") { try model.saveWeights("m.keras") }
        expectError(.argument, at: "m.keras", found: "keras2") { try model.save("m.keras", style: .keras2) }
        expectError(.state, remedy: "Input") { try Sequential([Dense(1)]).save("m.keras") }
    }

    @Test func twoLayersOfOneNameAreNotLost() throws {
        final class Twins: Model {
            let first = Dense(1, name: "same")
            let second = Dense(1, name: "same")
            override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
                try second(first(input, context), context)
            }
        }
        let model = Twins(name: "twins")
        _ = try model(Tensor.ones([1, 1], .float32))
        expectError(.name, found: "two layers named \"same\"") {
            _ = try LegacyWeights.group(of: model, style: .keras3)
        }
    }
}
