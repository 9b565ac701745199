import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Losses against Keras.
@Suite(.serialized) struct LossOracleTests {
    @Test(arguments: ["cpu", "opencl"]) func losses(device: String) throws {
        try PlainKernels.withDevice(device) {
            var batch = OracleBatch()
            for oracle in try OracleCatalogue.shared().cases(family: "losses") {
                let loss = try Loss(oracle.name, arguments: oracle.kerasOptions)
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
}
