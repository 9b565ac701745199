import Foundation
import Ibex
import IbexTestSupport
import Testing

@testable import IbexFiles
@testable import IbexRuns

/// Nothing that Keras itself writes of an object is called unknown.
@Suite struct KerasObjectTests {
    @Test func takesAllThatKerasWrites() throws {
        let path = OracleCatalogue.folder.appendingPathComponent("ops/cases.json").path
        let file = try DescriptionFile(path: path)
        let cases = try #require(file.root.object?["cases"]?.array)
        var checked = 0
        for (index, value) in cases.enumerated() {
            guard let entry = value.object, let name = entry["name"]?.string, var config = entry["config"]?.object,
                let kind = entry["kind"]?.string
            else { continue }
            if config["name"] == nil { config["name"] = "one" }
            let object: ConfigValue = ["class_name": .string(name), "config": .object(config)]
            // What Ibex does not have, or takes otherwise, is others' concern.
            guard let made = try? Self.made(kind, object) else { continue }
            let field = Field(file, DescriptionPath.root.key("cases").index(index), object)
            #expect(throws: Never.self, "\(name)") { try KerasObject.check(field, made: made) }
            checked += 1
        }
        #expect(checked > 500)
    }

    private static func made(_ kind: String, _ object: ConfigValue) throws -> ConfigValue? {
        switch kind {
        case "layer": try LayerRegistry.layer(object, at: "a case").serialized
        case "loss": try Loss(config: object).serialized
        case "metric": try Metric.configured(object).serialized
        case "optimizer": try Optimizer.configured(object).serialized
        case "schedule": try LearningRateSchedule(config: object).serialized
        default: nil
        }
    }
}
