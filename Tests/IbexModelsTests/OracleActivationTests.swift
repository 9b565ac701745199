import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Activations against Keras, forward and by gradient, made from Keras's names and arguments.
@Suite(.serialized) struct OracleActivationTests {
    @Test(arguments: ["cpu", "opencl"]) func agreesWithKeras(device: String) throws {
        try PlainKernels.withDevice(device) {
            var batch = OracleBatch()
            for oracle in try OracleCatalogue.shared().cases(family: "activations") {
                let function = try ActivationFunction(oracle.name, arguments: oracle.kerasConfig)
                let x = try oracle.tensor("input.x")
                let y = function(x)
                batch.add(oracle, "output.0", y)
                guard oracle.has("grad.input.x") else { continue }
                let upstream = try oracle.tensor("upstream.0")
                batch.add(oracle, "grad.input.x", gradients(of: y, withRespectTo: [x], upstream: upstream)[0])
            }
            #expect(batch.count == 96)
            try batch.check(device)
            print("\(device), activations: \(batch.count) of 96 cases")
        }
    }

    /// What a function says of itself makes the same function again.
    @Test func configurationsGoBothWays() throws {
        for oracle in try OracleCatalogue.shared().cases(family: "activations") {
            let function = try ActivationFunction(oracle.name, arguments: oracle.kerasConfig)
            let twin = try ActivationFunction(config: function.serialized)
            #expect(twin.name == oracle.name && twin.arguments == function.arguments)
            #expect(function.serialized == .string(oracle.name) || !oracle.config.isEmpty)
            for (key, value) in oracle.kerasConfig {
                let kept = function.arguments[key]
                #expect(kept == value || kept?.double == value.double, "\(oracle.id), \(key)")
            }
        }
        #expect(ActivationFunction.leakyRelu.serialized == "leaky_relu")
        #expect(ActivationFunction.gelu(approximate: false).serialized == "gelu")
    }

    /// Layers that are functions, as Keras writes them in the place of an activation's name.
    @Test func readsLayersAsFunctions() throws {
        let leaky: ConfigValue = [
            "module": "keras.layers", "class_name": "LeakyReLU", "registered_name": nil,
            "config": ["name": "leaky", "trainable": true, "dtype": "float32", "negative_slope": 0.1],
        ]
        #expect(try ActivationFunction(config: leaky).arguments == ["negative_slope": 0.1])
        let earlier: ConfigValue = ["class_name": "LeakyReLU", "config": ["name": "leaky", "alpha": 0.1]]
        #expect(try ActivationFunction(config: earlier).serialized == ActivationFunction(config: leaky).serialized)
    }

    @Test func namesWhatIsWrong() {
        expectError(.name) { _ = try ActivationFunction("rellu") }
        expectError(.argument) { _ = try ActivationFunction("elu", arguments: ["beta": 2]) }
        expectError(.argument) { _ = try ActivationFunction("threshold") }
        expectError(.argument) { _ = try ActivationFunction(config: 3) }
    }
}
