import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Ten steps of each optimizer against Keras, and its state at the end.
@Suite(.serialized) struct OptimizerOracleTests {
    @Test(arguments: ["cpu", "opencl"]) func agreesWithKeras(device: String) throws {
        try PlainKernels.withDevice(device) {
            var computed = 0
            for oracle in try OracleCatalogue.shared().cases(family: "optimizers") {
                guard let optimizer = try? Optimizer.named(oracle.name, arguments: oracle.kerasConfig) else { continue }
                try check(oracle, optimizer, device)
                computed += 1
            }
            #expect(computed >= 95, "\(computed) cases")
        }
    }

    private func check(_ oracle: OracleCase, _ optimizer: Optimizer, _ device: String) throws {
        let names = oracle.roles("start.").map { String($0.dropFirst(6)) }.sorted { $0 > $1 }
        let weights = try names.map { Variable(try oracle.tensor("start.\($0)"), name: $0) }
        let gradients = try names.map { try oracle.tensor("gradients.\($0)") }
        let rates = try oracle.values("learning_rates").scalars
        let function = compile { inputs in
            try optimizer.apply(inputs, to: weights)
            return weights.map(\.value)
        }
        if oracle.id.hasSuffix(".exclude_bias") { optimizer.excludeFromWeightDecay(names: ["bias"]) }
        try optimizer.build(weights)
        let steps = gradients[0].shape[0]
        var history = names.map { _ in [Double]() }
        for step in 0..<steps {
            if optimizer.schedule == nil { optimizer.learningRate = rates[step] }
            let results = try function(gradients.map { $0[step] })
            for (index, result) in results.enumerated() { history[index] += try result.doubles() }
        }
        for (name, values) in zip(names, history) {
            let want = try oracle.values("params.\(name)")
            expectClose(
                Values(want.shape, want.dtype, values), want, try oracle.tolerance(), "\(device), \(oracle.id), \(name)"
            )
        }
    }
}
