import Foundation
import IbexGraph
import IbexModels
import IbexTestSupport
import Testing

@testable import IbexFiles

@Suite struct ArchitectureErrorTests {
    private func sequential(_ layer: String) -> String {
        #"{"class_name": "Sequential", "config": {"name": "s", "layers": [\#(layer)]}, "keras_version": "2.12.0"}"#
    }

    @Test func namesTheUnknownLayer() {
        expectError(.name, at: "layer lstm (LSTM)", found: "\"LSTM\"", remedy: "withCustomObjects(layers:") {
            _ = try modelFromJSON(sequential(#"{"class_name": "LSTM", "config": {"name": "lstm", "units": 3}}"#))
        }
    }

    @Test func refusesPythonCode() {
        let code = #"{"class_name": "Lambda", "config": {"name": "twice", "function": ["4wEAAAA=", null, null]}}"#
        expectError(.argument, at: "layer twice (Lambda)", remedy: "withCustomObjects") {
            _ = try modelFromJSON(sequential(code))
        }
    }

    @Test(arguments: ["[]", "{}", "null", "3", #"{"layers": []}"#, #"{"class_name": "Dense", "config": {"units": 2}}"#])
    func refusesWhatIsNoModel(text: String) {
        #expect(throws: IbexError.self) { _ = try modelFromJSON(text) }
    }

    /// A class that Keras 2.12 lacks is named, and nothing is written.
    @Test func namesWhatKeras2Lacks() {
        let model = Sequential([Input(shape: [4]), RMSNormalization(name: "rms")])
        expectError(.argument, at: "layer rms (RMSNormalization)", found: "Keras 3") {
            _ = try model.toJSON(style: .keras2)
        }
    }

    @Test func callsInACircleAreAnError() {
        let text = """
            {"class_name": "Functional", "config": {"name": "f", "layers": [
            {"class_name": "InputLayer", "name": "x", "config": {"name": "x", "batch_shape": [null, 2]}, "inbound_nodes": []},
            {"class_name": "Dense", "name": "a", "config": {"name": "a", "units": 2}, "inbound_nodes": [[["b", 0, 0, {}]]]},
            {"class_name": "Dense", "name": "b", "config": {"name": "b", "units": 2}, "inbound_nodes": [[["a", 0, 0, {}]]]}],
            "input_layers": [["x", 0, 0]], "output_layers": [["b", 0, 0]]}, "keras_version": "2.1.0"}
            """
        expectError(.argument, at: "key inbound_nodes", found: "[\"a\", \"b\"]") { _ = try modelFromJSON(text) }
    }

    /// Thousands of calls in reverse order are made in one go.
    @Test func longChainsTakeLinearTime() throws {
        let count = 2000
        let layers = (0..<count).reversed().map { index in
            let source = index == 0 ? "x" : "d\(index - 1)"
            return
                #"{"class_name": "Activation", "name": "d\#(index)", "config": {"name": "d\#(index)", "activation": "#
                + #""relu"}, "inbound_nodes": [[["\#(source)", 0, 0, {}]]]}"#
        }
        let text =
            #"{"class_name": "Functional", "config": {"name": "f", "layers": [{"class_name": "InputLayer", "name": "x", "#
            + #""config": {"name": "x", "batch_input_shape": [null, 2]}, "inbound_nodes": []}, "#
            + layers.joined(separator: ", ")
            + #"], "input_layers": [["x", 0, 0]], "output_layers": [["d\#(count - 1)", 0, 0]]}, "keras_version": "2.12.0"}"#
        #expect(try modelFromJSON(text).layers.count == count + 1)
    }

    @Test func yamlBombsAreRefused() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<12 {
            let alias = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(alias)]\n"
        }
        expectError(.file, found: "aliases") { _ = try modelFromYAML(text) }
        expectError(.file, found: "no YAML") { _ = try modelFromYAML(String(repeating: "[", count: 100_000)) }
    }
}
