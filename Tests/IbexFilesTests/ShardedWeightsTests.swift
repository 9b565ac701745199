import Foundation
import IbexArrays
import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

@testable import IbexFiles

/// Weights in several files, as Keras 3.15 writes them with `max_shard_size`.
@Suite struct ShardedWeightsTests {
    private static func model() -> Sequential {
        Sequential([
            Input(shape: [5]), Dense(4, biasInitializer: .ones, name: "first"), Dense(3, name: "second"),
        ])
    }

    @Test func readsWhatKerasWrote() throws {
        let model = try withDevice("cpu") { try loadModel(OperationTests.path("keras3_shared.keras")) }
        for weight in model.weights { weight.assign(.zeros(weight.shape, weight.dtype)) }
        try model.loadWeights(OperationTests.path("keras3_sharded.weights.json"))
        try OperationTests.expectAnswers(model, "keras3_shared")
    }

    /// The arrays have 80 and 16, 48 and 12 bytes.
    @Test func comesBack() throws {
        let (scratch, model, twin) = (try Scratch(), Self.model(), Self.model())
        let path = scratch.file("m.weights.json")
        try model.saveWeights(path, maxShardSize: 100 / 0x1p30)
        #expect(
            try scratch.names == ["m.weights.json", "m_00000.weights.h5", "m_00001.weights.h5"])
        let index = try JSON.value(of: scratch.bytes(of: "m.weights.json"), at: "index").object
        #expect(index?["metadata"] == ["total_size": 156])
        #expect(
            index?["weight_map"]
                == ["/layers/dense/vars": "m_00000.weights.h5", "/layers/dense_1/vars": "m_00001.weights.h5"])
        try twin.loadWeights(path)
        #expect(try contents(of: twin) == contents(of: model))
        try model.saveWeights(path, maxShardSize: 80 / 0x1p30)
        let split = try JSON.value(of: scratch.bytes(of: "m.weights.json"), at: "index").object?["weight_map"]?.object
        #expect(split?["/layers/dense/vars"] == ["m_00000.weights.h5", "m_00001.weights.h5"])
        try twin.loadWeights(path)
        #expect(try contents(of: twin) == contents(of: model))
    }

    @Test func refusesWhatDoesNotFit() throws {
        let (scratch, model) = (try Scratch(), Self.model())
        let path = scratch.file("m.weights.json")
        expectError(.argument, at: "first/kernel", found: "80 bytes", expected: "at most 79") {
            try model.saveWeights(path, maxShardSize: 79 / 0x1p30)
        }
        expectError(.argument, at: path, found: "no maxShardSize") { try model.saveWeights(path) }
        expectError(.argument, at: "m.weights.h5", found: "maxShardSize: 1") {
            try model.saveWeights(scratch.file("m.weights.h5"), maxShardSize: 1)
        }
        #expect(try scratch.names.isEmpty)
        let before = try contents(of: model)
        for (text, found) in [
            ("{}", "no weight_map"), (#"{"weight_map": {"/vars": "../m.h5"}}"#, "../m.h5"),
            (#"{"weight_map": {"/vars": 7}}"#, "7"), (#"{"weight_map": {"/vars": "none.h5"}}"#, "No such file"),
            (#"{"weight_map": {}}"#, "0 arrays"),
        ] {
            try scratch.write(Array(text.utf8), to: "m.weights.json")
            expectError(.file, found: found) { try model.loadWeights(path) }
        }
        try model.saveWeights(scratch.file("a.weights.h5"))
        try model.saveWeights(scratch.file("b.weights.h5"))
        let twice = #"{"weight_map": {"/layers/dense/vars": ["a.weights.h5", "b.weights.h5"]}}"#
        try scratch.write(Array(twice.utf8), to: "m.weights.json")
        expectError(.file, at: path, found: "in two files") { try model.loadWeights(path) }
        #expect(try contents(of: model) == before)
    }
}
