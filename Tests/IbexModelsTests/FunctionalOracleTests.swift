import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Models with branches that Keras saved: made from its JSON, with its weights, they predict and train on as there.
@Suite(.serialized) struct FunctionalOracleTests {
    @Test(arguments: ["cpu", "opencl"]) func twoInputs(device: String) throws {
        try withDevice(device) {
            try check("two_inputs", device) { model in
                try model.compile(
                    optimizer: .adam(learningRate: 0.01), losses: ["score": .mse, "kind": .categoricalCrossentropy],
                    lossWeights: ["score": 0.5, "kind": 2], metrics: ["kind": [.accuracy], "score": [.mae]])
            }
        }
    }

    /// Batch normalization and a residual block.
    @Test(arguments: ["cpu", "opencl"]) func residual(device: String) throws {
        try withDevice(device) {
            try check("residual", device) { model in
                model.compile(
                    optimizer: .sgd(learningRate: 0.05, momentum: 0.9, nesterov: true),
                    loss: .sparseCategoricalCrossentropy,
                    metrics: [.accuracy])
            }
        }
    }

    private func check(_ name: String, _ device: String, compile: (Model) throws -> Void) throws {
        let oracle = try OracleModel(name)
        let config = try #require(ConfigValue(oracle.json).object?["config"]?.object)
        let model = try Model.functional(config: config)
        #expect(model.weights.map(\.name) == oracle.names("weights"))
        try model.setWeights(try model.weights.indices.map { try oracle.values("weight.\($0)").tensor })
        let inputs = try oracle.names("inputs").map { try oracle.values("x.\($0)").tensor }
        let outputs = oracle.names("outputs")
        func compare(_ found: [Tensor], _ prefix: String, _ names: [String], bound: Double) throws {
            #expect(found.count == names.count)
            for (tensor, role) in zip(found, names) {
                let want = try oracle.values(prefix + role)
                let got = Values(tensor.shape, want.dtype, try tensor.doubles())
                expectClose(got, want, .ofPeak(bound), "\(device), \(name), \(prefix)\(role)")
            }
        }
        try compare(try model.predict(inputs, verbose: 0), "prediction.", outputs, bound: 1e-5)
        try compile(model)
        let optimizer = try #require(model.optimizer)
        try optimizer.build(model.trainableWeights)
        for (index, variable) in optimizer.variables.enumerated() {
            variable.assign(try oracle.values("optimizer.\(index)").tensor)
        }
        #expect(optimizer.variables.count == oracle.names("optimizer").count)
        try model.trainOnBatch(
            Batch(inputs: inputs, targets: try outputs.map { try oracle.values("y.\($0)").tensor }))
        let indices = model.weights.indices.map(String.init)
        try compare(model.weights.map(\.value), "resumed.weight.", indices, bound: 1e-4)
        try compare(try model.predict(inputs, verbose: 0), "resumed.prediction.", outputs, bound: 1e-4)
    }
}
