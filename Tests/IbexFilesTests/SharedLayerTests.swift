import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

@testable import IbexFiles

/// Two models inside a model that share a layer, `keras3_shared.keras` of `Tests/Oracle/generate_operations.py`.
@Suite struct SharedLayerTests {
    private func load(_ path: String) throws -> Model { try withDevice("cpu") { try loadModel(path) } }

    private func expectShared(_ model: Model) throws {
        let inner = model.layers.compactMap { $0 as? Model }
        let common = try inner.map { try $0.getLayer(named: "common") }
        #expect(common.count == 2 && common[0] === common[1])
        #expect(model.weights.count == 4)
        try OperationTests.expectAnswers(model, "keras3_shared")
    }

    @Test func staysOneLayer() throws {
        let model = try load(OperationTests.path("keras3_shared.keras"))
        try expectShared(model)
        try withScratch { folder in
            for (ending, style) in SaveModelTests.endings {
                try model.save(folder.file("m\(ending)"), style: style)
                try expectShared(load(folder.file("m\(ending)")))
            }
        }
    }

    /// What no two places share has no number.
    @Test func lonelyLayersAreNotNumbered() throws {
        let text = try Sequential([Input(shape: [2]), Dense(1)]).toJSON()
        #expect(!text.contains("shared_object_id"))
    }
}
