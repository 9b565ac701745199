import Foundation
import IbexGraph
import IbexModels
import IbexTestSupport
import Testing

@testable import IbexFiles

/// Models of Keras 3's JSON: read, made anew, and written again as Keras wrote them.
@Suite struct Keras3ArchitectureTests {
    @Test func allModelsAreThere() { #expect(GoldenArchitecture.keras3.count == 218) }

    @Test(arguments: GoldenArchitecture.keras3) func comesBackAsItWas(golden: GoldenArchitecture) throws {
        let model = try modelFromJSON(JSON.text(golden.json))
        #expect(model.countParams() == golden.parameters)
        let written = try JSON.value(of: model.toJSON(), at: "JSON")
        #expect(differences(written, golden.expected) == [])
        let twin = try modelFromJSON(model.toJSON())
        #expect(twin.layers.map(\.name) == model.layers.map(\.name))
    }

    /// The `.h5` files of Keras 3 hold the same without modules and shapes.
    @Test(arguments: GoldenArchitecture.keras3.filter { $0.modelConfig != nil })
    func readsAndWritesItsHDF5(golden: GoldenArchitecture) throws {
        let saved = try #require(golden.modelConfig)
        #expect(Architecture.looks(of: saved) == .keras3HDF5)
        let model = try Architecture.model(saved, at: golden.name)
        #expect(differences(try Architecture.config(of: model, .keras3HDF5), saved) == [])
        let training = try #require(golden.trainingConfig)
        try CompileConfig.compile(model, training, .keras3HDF5)
        let written = try #require(try CompileConfig.config(of: model, .keras3HDF5))
        #expect(differences(written, training.losingForms) == [])
    }
}

extension GoldenArchitecture {
    /// What is written of the model: as Keras wrote it but for three things that mean the same.
    var expected: ConfigValue {
        var json = json.object ?? [:]
        if json["compile_config"]?.object?.isEmpty == false {
            json["compile_config"] = json["compile_config"]?.losingForms
        }
        if name == "masked", var config = json["config"]?.object {
            // Keras makes the mask again where it stands as null.
            config["layers"] = .array(
                (config["layers"]?.array ?? []).filter { $0.object?["class_name"] != "NotEqual" }.map {
                    guard $0.object?["class_name"] == "GlobalAveragePooling1D", var entry = $0.object,
                        var node = entry["inbound_nodes"]?.array?.first?.object
                    else { return $0 }
                    node["kwargs"] = ["mask": nil]
                    entry["inbound_nodes"] = [.object(node)]
                    return .object(entry)
                })
            json["config"] = .object(config)
        }
        return .object(json)
    }
}

extension ConfigValue {
    /// A compile configuration with values for results by their names, which lists mean too, and with a loss of no
    /// arguments by its name.
    var losingForms: ConfigValue {
        var config = object ?? [:]
        let isKeras2 =
            config["metrics"]?.array?.first?.array?.first?.object?["module"] == nil && config["jit_compile"] == nil
        for key in ["loss", "loss_weights"] + (isKeras2 ? [] : ["metrics", "weighted_metrics"]) {
            guard let list = config[key]?.array, list.count == 2, list[0].array != nil || !key.hasSuffix("metrics")
            else {
                continue
            }
            config[key] = ["score": list[0], "kind": list[1]]
        }
        if var losses = config["loss"]?.object, losses["kind"]?.object?["class_name"] == "CategoricalCrossentropy" {
            losses["kind"] = "categorical_crossentropy"
            config["loss"] = .object(losses)
        }
        return .object(config)
    }
}
