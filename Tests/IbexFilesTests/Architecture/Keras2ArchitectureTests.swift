import Foundation
import IbexGraph
import IbexModels
import IbexTestSupport
import Testing

@testable import IbexFiles

/// Models of Keras 2's JSON: read, made anew, and written again as Keras 2.12 wrote them.
@Suite struct Keras2ArchitectureTests {
    @Test func allModelsAreThere() { #expect(GoldenArchitecture.keras2.count == 210) }

    /// A row whose first layer is a model has its input written before that here.
    private static let written = GoldenArchitecture.keras2.filter { $0.name != "nested_first" }

    @Test(arguments: written) func comesBackAsItWas(golden: GoldenArchitecture) throws {
        let model = try modelFromJSON(JSON.text(golden.json))
        #expect(model.countParams() == golden.parameters)
        let written = try JSON.value(of: model.toJSON(style: .keras2), at: "JSON")
        #expect(differences(written, golden.json.withoutSharing) == [])
    }

    @Test(arguments: GoldenArchitecture.keras2.filter { $0.modelConfig != nil })
    func readsAndWritesTrainingConfigurations(golden: GoldenArchitecture) throws {
        let model = try Architecture.model(try #require(golden.modelConfig), at: golden.name)
        #expect(differences(try Architecture.config(of: model, .keras2), golden.modelConfig) == [])
        let training = try #require(golden.trainingConfig)
        try CompileConfig.compile(model, training, .keras2)
        let written = try #require(try CompileConfig.config(of: model, .keras2))
        let saved = try #require(training.object?["optimizer_config"]?.object)
        guard Self.haveTwins.contains(golden.name) else {
            return #expect(differences(written, training.losingForms) == [])
        }
        // The new optimizer of the name, which has the same formula, is written for the old one.
        let twin = try Optimizer.configured(Keras2Optimizer.read(written.object?["optimizer_config"] ?? .null))
        #expect(twin.config.filter { $0.key != "name" } == model.optimizer?.config.filter { $0.key != "name" })
        #expect(twin.className == saved["class_name"]?.string)
    }

    private static let haveTwins: Set<String> = [
        "legacy_adam", "legacy_sgd", "legacy_rmsprop_momentum", "legacy_adadelta", "legacy_adamax", "legacy_ftrl",
    ]

    /// What Keras 2 wrote, written for Keras 3, is read as the same model.
    @Test(arguments: GoldenArchitecture.keras2) func convertsToKeras3(golden: GoldenArchitecture) throws {
        let model = try modelFromJSON(JSON.text(golden.json))
        let twin = try modelFromJSON(model.toJSON())
        #expect(twin.countParams() == model.countParams())
        #expect(try twin.toJSON() == model.toJSON())
        #expect(try twin.toJSON(style: .keras2) == model.toJSON(style: .keras2))
    }

    @Test func yamlHoldsTheSame() throws {
        for golden in GoldenArchitecture.keras2 where golden.name != "nested_first" {
            let model = try modelFromJSON(JSON.text(golden.json))
            let text = try model.toYAML()
            #expect(
                differences(try YAML.value(of: text, at: "YAML"), golden.json.withoutSharing) == [], "\(golden.name)")
            #expect(try modelFromYAML(text).toYAML() == text)
        }
    }
}

extension ConfigValue {
    /// Without the numbers by which Keras marks an object that two layers of a process share.
    fileprivate var withoutSharing: ConfigValue {
        if let values = array { return .array(values.map(\.withoutSharing)) }
        guard let object else { return self }
        return .object(object.filter { $0.key != "shared_object_id" }.mapValues(\.withoutSharing))
    }
}
