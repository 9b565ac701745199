import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Losses and metrics against Keras.
@Suite(.serialized) struct LossOracleTests {
    @Test(arguments: ["cpu", "opencl"]) func losses(device: String) throws {
        try PlainKernels.withDevice(device) {
            var batch = OracleBatch()
            for oracle in try OracleCatalogue.shared().cases(family: "losses") {
                guard let loss = try? Loss(oracle.name, arguments: oracle.kerasOptions) else { continue }
                let prediction = try oracle.tensor("input.y_pred")
                let value = try loss(
                    try oracle.tensor("input.y_true"), prediction,
                    sampleWeight: oracle.has("input.sample_weight") ? try oracle.tensor("input.sample_weight") : nil,
                    mask: oracle.has("input.mask") ? try oracle.tensor("input.mask") : nil)
                batch.add(oracle, "output.0", value)
                guard oracle.has("grad.input.y_pred") else { continue }
                let upstream = oracle.has("upstream.0") ? try oracle.tensor("upstream.0") : nil
                batch.add(
                    oracle, "grad.input.y_pred",
                    gradients(of: value, withRespectTo: [prediction], upstream: upstream)[0])
            }
            #expect(batch.count == 328)
            try batch.check(device)
        }
    }

    @Test(arguments: ["cpu", "opencl"]) func metrics(device: String) throws {
        try PlainKernels.withDevice(device) {
            var computed = 0
            for oracle in try OracleCatalogue.shared().cases(family: "metrics") {
                let wrapped = ConfigValue.object([
                    "class_name": .string(oracle.name), "config": .object(oracle.kerasOptions),
                ])
                guard let metric = try? Metric.configured(wrapped) else { continue }
                for role in oracle.roles("output.") {
                    let step = String(role.dropFirst(7))
                    let weights = "input.sample_weight.\(step)"
                    let weight = oracle.has(weights) ? try oracle.tensor(weights) : nil
                    if metric is Mean || metric is Sum {
                        let values = try oracle.tensor("input.values.\(step)")
                        try metric.updateState(values, values, sampleWeight: weight)
                    } else {
                        try metric.updateState(
                            try oracle.tensor("input.y_true.\(step)"), try oracle.tensor("input.y_pred.\(step)"),
                            sampleWeight: weight)
                    }
                    let want = try oracle.values(role)
                    let got = Values(want.shape, want.dtype, [try metric.result()])
                    expectClose(got, want, .relative(2e-5), "\(device), \(oracle.id), \(role)")
                }
                computed += 1
            }
            #expect(computed >= 50, "\(computed) cases")
        }
    }
}
