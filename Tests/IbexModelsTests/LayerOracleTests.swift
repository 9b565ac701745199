import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Layers against Keras: results, penalties and gradients, made from Keras's own configurations.
@Suite(.serialized) struct LayerOracleTests {
    static let known: Set<String> = [
        "Dense", "Conv2D", "MaxPooling2D", "AveragePooling2D", "Flatten", "Reshape", "Dropout", "Activation",
    ]

    @Test(arguments: ["cpu", "opencl"], ["layers_core", "layers_conv", "layers_pool"])
    func agreesWithKeras(device: String, family: String) throws {
        try withDevice(device) {
            var batch = OracleBatch()
            for oracle in try OracleCatalogue.shared().cases(family: family) where Self.known.contains(oracle.name) {
                try add(oracle, to: &batch)
            }
            #expect(batch.count > 10)
            try batch.check(device)
        }
    }

    private func add(_ oracle: OracleCase, to batch: inout OracleBatch) throws {
        let layer = try LayerRegistry.layer(oracle.name, config: oracle.kerasConfig)
        #expect(layer.config.merging(oracle.kerasConfig) { own, _ in own }["name"] == .string(layer.name))
        let input = try oracle.tensor("input.inputs")
        try layer.buildIfNeeded([input.shape])
        #expect(layer.weights.map { String($0.name.split(separator: "/")[1]) } == oracle.weights.map(\.name))
        try layer.setWeights(try oracle.weights.map { try oracle.tensor("weight.\($0.name)") })
        let context = CallContext(training: oracle.call["training"]?.bool ?? false)
        let x = Variable(input)
        let output = try layer.apply([x.value], context)[0]
        batch.add(oracle, "output.0", output)
        if oracle.has("losses") {
            let penalties = context.losses + layer.regularizationLosses
            batch.add(oracle, "losses", Tensor.stacked(penalties))
        }
        guard oracle.has("upstream.0") else { return }
        let roles = ["grad.input.inputs"] + oracle.weights.map { "grad.weight.\($0.name)" }
        let found = gradients(
            of: output, withRespectTo: [x.value] + layer.weights.map(\.value), upstream: try oracle.tensor("upstream.0")
        )
        for (role, gradient) in zip(roles, found) where oracle.has(role) { batch.add(oracle, role, gradient) }
    }

    @Test(arguments: ["cpu", "opencl"]) func activations(device: String) throws {
        try withDevice(device) {
            var batch = OracleBatch()
            for oracle in try OracleCatalogue.shared().cases(family: "activations") {
                guard oracle.config.isEmpty, let function = try? ActivationFunction(oracle.name),
                    let role = oracle.roles("input.").first
                else { continue }
                let x = try oracle.tensor(role)
                let y = function(x)
                batch.add(oracle, "output.0", y)
                guard oracle.has("upstream.0"), let gradient = oracle.roles("grad.input.").first else { continue }
                batch.add(
                    oracle, gradient,
                    gradients(of: y, withRespectTo: [x], upstream: try oracle.tensor("upstream.0"))[0])
            }
            #expect(batch.count > 20)
            try batch.check(device)
        }
    }
}
