import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

@testable import IbexFiles

/// Layers, losses and the like of a user's own, written and read by their names.
@Suite struct CustomObjectTests {
    final class Scale: Layer {
        let factor: Double

        init(_ factor: Double, name: String? = nil) {
            self.factor = factor
            super.init(name: name)
        }

        convenience init(config: Config) throws {
            self.init(try config.double("factor", at: "Scale"), name: config["name"]?.string)
        }

        override var className: String { "shop>Scale" }
        override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor { input * factor }
        override var config: Config { super.config.merging(["factor": .double(factor)]) { $1 } }
    }

    private var model: Model {
        let model = Sequential(
            [
                Input(shape: [4]), Scale(2, name: "scale"),
                Dense(
                    3, activation: ActivationFunction("shop>cube") { $0 * $0 * $0 },
                    kernelInitializer: Initializer("shop>Ramp") { (0..<$0.elementCount).map(Double.init) },
                    kernelRegularizer: Regularizer("shop>Cubes") { ($0 * $0 * $0).sum() }, name: "dense"),
            ], name: "custom")
        model.compile(optimizer: .sgd(), loss: Loss("quartic") { ($0 - $1).square().square().mean(axis: -1) })
        return model
    }

    private func read<R>(_ body: () throws -> R) rethrows -> R {
        try withCustomObjects(
            layers: ["Scale": { try Scale(config: $0) }],
            losses: ["quartic": Loss("quartic") { ($0 - $1).square().square().mean(axis: -1) }],
            initializers: ["Ramp": { _ in Initializer("shop>Ramp") { (0..<$0.elementCount).map(Double.init) } }],
            regularizers: ["shop>Cubes": { _ in Regularizer("shop>Cubes") { ($0 * $0 * $0).sum() } }],
            activations: ["shop>cube": ActivationFunction("shop>cube") { $0 * $0 * $0 }], body)
    }

    @Test func areWrittenAsRegistered() throws {
        let config = try Architecture.config(of: model, .keras3)
        let layers = try #require(config.object?["config"]?.object?["layers"]?.array)
        #expect(layers[1].object?["class_name"] == "Scale")
        #expect(layers[1].object?["registered_name"] == "shop>Scale")
        #expect(layers[1].object?["module"]?.isNull == true)
        let dense = try #require(layers[2].object?["config"]?.object)
        #expect(
            dense["activation"]
                == [
                    "module": "builtins", "class_name": "function", "config": "shop>cube",
                    "registered_name": "function",
                ])
        #expect(dense["kernel_initializer"]?.object?["registered_name"] == "shop>Ramp")
        #expect(config.object?["compile_config"]?.object?["loss"]?.functionName == "quartic")
        let keras2 = try Architecture.config(of: model, .keras2)
        let row = try #require(keras2.object?["config"]?.object?["layers"]?.array)
        #expect(row[1].object?["class_name"] == "shop>Scale")
        #expect(row[2].object?["config"]?.object?["activation"] == "shop>cube")
    }

    @Test(arguments: [KerasStyle.keras3, .keras2]) func comeBack(style: KerasStyle) throws {
        let text = try model.toJSON(style: style)
        let twin = try read { try modelFromJSON(text) }
        #expect((twin.layers[0] as? Scale)?.factor == 2)
        #expect(try twin.weights[0].value.scalars(as: Float.self) == (0..<12).map(Float.init))
        #expect(
            differences(try JSON.value(of: twin.toJSON(style: style), at: "twin"), try JSON.value(of: text, at: "text"))
                == [])
        let x = Tensor([[1, 0, 0, 0]] as [[Float]])
        // 2 · (0, 1, 2), cubed.
        #expect(try twin.predict(x, verbose: 0).scalars(as: Float.self) == [0, 8, 64])
    }

    @Test func missingOnesAreNamed() throws {
        let text = try model.toJSON()
        expectError(.name, at: "layer scale (shop>Scale)", remedy: "withCustomObjects(layers:") {
            _ = try modelFromJSON(text)
        }
        withCustomObjects(layers: ["Scale": { try Scale(config: $0) }]) {
            expectError(.name, at: "activation", found: "shop>cube", remedy: "withCustomObjects(activations:") {
                _ = try modelFromJSON(text)
            }
        }
    }
}
