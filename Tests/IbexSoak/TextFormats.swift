import Foundation
import IbexFiles
import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport

/// `.json`: models of every layer, loss, metric and optimizer as Keras 2 and 3 write them.
///
/// Half of the files are damaged as texts, half as values: these are still JSON, but say something else.
package struct JSONFormat: SoakFormat {
    package let name = "json"

    package init() {}

    package var samples: [[UInt8]] {
        get throws { try (Self.models(keras: 2) + Self.models(keras: 3)).map { Array(JSON.text($0).utf8) } }
    }

    package func damage(_ sample: [UInt8], _ other: [UInt8], by mutation: inout Mutation) throws -> [UInt8] {
        guard mutation.below(2) == 0 else { return mutation.damage(sample, others: other) }
        let (value, piece) = (try JSON.value(of: sample, at: name), try JSON.value(of: other, at: name))
        return Array(JSON.text(mutation.damage(value, others: piece)).utf8)
    }

    package func open(_ path: String) throws {
        try LayersAlone.open { try modelFromJSON(String(contentsOf: URL(filePath: path), encoding: .isoLatin1)) }
    }

    /// The configurations of models that a Keras wrote.
    static func models(keras: Int) throws -> [ConfigValue] {
        let url = OracleCatalogue.folder.appendingPathComponent("architectures/keras\(keras).json")
        let file = try JSON.value(of: [UInt8](Data(contentsOf: url)), at: url.path)
        return (file.object?["models"]?.array ?? []).compactMap { $0.object?["json"] }
    }
}

/// `.yaml`: models as Keras 2 wrote them.
package struct YAMLFormat: SoakFormat {
    package let name = "yaml"

    package init() {}

    package var samples: [[UInt8]] {
        get throws { try JSONFormat.models(keras: 2).map { Array(try YAML.text($0).utf8) } }
    }

    package func damage(_ sample: [UInt8], _ other: [UInt8], by mutation: inout Mutation) throws -> [UInt8] {
        guard mutation.below(2) == 0 else { return mutation.damage(sample, others: other) }
        let values = try [sample, other].map { try YAML.value(of: String(decoding: $0, as: UTF8.self), at: name) }
        return Array(try YAML.text(mutation.damage(values[0], others: values[1])).utf8)
    }

    package func open(_ path: String) throws {
        try LayersAlone.open { try modelFromYAML(String(contentsOf: URL(filePath: path), encoding: .isoLatin1)) }
    }
}

/// Models without first values for their weights: those would be drawn as asked, however large.
enum LayersAlone {
    static func open(_ make: () throws -> Model) throws {
        _ = try Layer.$leavesWeightsEmpty.withValue(true) { try withDevice("cpu") { try make() } }
    }
}
