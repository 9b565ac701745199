import Foundation
import IbexGraph
import IbexModels
import IbexTestSupport
import Testing

@testable import IbexFiles

/// The models that both generations of Keras saved: read, compared with the manifest, written again as they were.
@Suite struct OracleArchitectureTests {
    private static let models = [
        "keras2/mlp_10", "keras2/mlp_20_15", "keras2/mlp_32", "keras2/cnn_32", "keras2/two_inputs", "keras2/residual",
        "keras2/mlp_10_legacy", "keras2/mlp_20_15_legacy", "keras3/mlp_10", "keras3/mlp_20_15", "keras3/mlp_32",
        "keras3/cnn_32", "keras3/two_inputs", "keras3/residual",
    ]

    private func text(_ path: String) throws -> String {
        let name = path.split(separator: "/").last ?? ""
        let url = OracleCatalogue.folder.appendingPathComponent("models/\(path)/\(name).json")
        return try String(contentsOf: url, encoding: .utf8)
    }

    /// The manifest's names of weights, without the model's name and Keras 2's `:0`.
    private func weights(_ path: String) throws -> [String] {
        let parts = path.split(separator: "/").map(String.init)
        let url = OracleCatalogue.folder.appendingPathComponent("models/\(parts[0])/manifest.json")
        let manifest = try JSON.value(of: String(contentsOf: url, encoding: .utf8), at: "manifest.json")
        let entry = manifest.object?["models"]?.array?.first { $0.object?["name"] == .string(parts[1]) }
        return (entry?.object?["weights"]?.array ?? []).compactMap(\.string).map { name in
            let plain = name.hasSuffix(":0") ? String(name.dropLast(2)) : name
            return plain.hasPrefix(parts[1] + "/") ? String(plain.dropFirst(parts[1].count + 1)) : plain
        }
    }

    @Test(arguments: models) func comesBackAsItWas(path: String) throws {
        let text = try text(path)
        let model = try modelFromJSON(text)
        #expect(model.weights.map(\.name) == (try weights(path)))
        let want = try JSON.value(of: text, at: path)
        let style: KerasStyle = path.hasPrefix("keras2") ? .keras2 : .keras3
        let written = try JSON.value(of: model.toJSON(style: style), at: path)
        // These were written after the `.h5`, which loses Keras 3 its optimizer: it stays out here too.
        let difference = differences(written, want).filter { !$0.hasPrefix("/compile_config/optimizer:") }
        #expect(difference == [])
        if style == .keras3 { #expect(model.optimizer is RMSprop) }
    }

    @Test(arguments: ["keras2", "keras3"]) func recurrentLayersAreNamed(generation: String) throws {
        let text = try text("\(generation)/text_lstm")
        expectError(.name, at: "layer lstm (LSTM)", found: "LSTM") { _ = try modelFromJSON(text) }
    }
}
