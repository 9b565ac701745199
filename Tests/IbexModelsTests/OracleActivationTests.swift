import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Activations with arguments of their own, forward and by gradient.
@Suite(.serialized) struct OracleActivationTests {
    private static func function(_ oracle: OracleCase) -> ActivationFunction? {
        func number(_ key: String) -> Double? { oracle.config[key]?.double }
        switch oracle.name {
        case "relu":
            return .relu(
                negativeSlope: number("negative_slope") ?? 0, maxValue: number("max_value"),
                threshold: number("threshold") ?? 0)
        case "leaky_relu": return number("negative_slope").map { .leakyRelu(negativeSlope: $0) }
        case "elu": return number("alpha").map { .elu(alpha: $0) }
        case "celu": return number("alpha").map { .celu(alpha: $0) }
        case "gelu": return .gelu(approximate: oracle.config["approximate"]?.bool ?? false)
        default: return nil
        }
    }

    @Test(arguments: ["cpu", "opencl"]) func optionsAgreeWithKeras(device: String) throws {
        try PlainKernels.withDevice(device) {
            var batch = OracleBatch()
            for oracle in try OracleCatalogue.shared().cases(family: "activations") where !oracle.config.isEmpty {
                guard let function = Self.function(oracle) else { continue }
                let x = try oracle.tensor("input.x")
                let y = function(x)
                batch.add(oracle, "output.0", y)
                let upstream = try oracle.tensor("upstream.0")
                batch.add(oracle, "grad.input.x", gradients(of: y, withRespectTo: [x], upstream: upstream)[0])
            }
            #expect(batch.count >= 5)
            try batch.check(device)
        }
    }
}
