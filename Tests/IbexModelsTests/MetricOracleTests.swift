import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

extension OracleCase {
    /// A case's metric, from what was passed to Keras's constructor.
    func metric() throws -> Metric {
        try Metric.configured(.object(["class_name": .string(name), "config": .object(kerasOptions)]))
    }
}

/// Metrics against Keras, after every batch.
@Suite(.serialized) struct MetricOracleTests {
    @Test(arguments: ["cpu", "opencl"]) func metrics(device: String) throws {
        try PlainKernels.withDevice(device) {
            let cases = try OracleCatalogue.shared().cases(family: "metrics")
            // Some dozens at a time, as in OracleBatch.
            for start in stride(from: 0, to: cases.count, by: 16) {
                try check(Array(cases[start..<min(start + 16, cases.count)]), device)
            }
            #expect(cases.count == 127)
            print("metrics: \(cases.count) cases on \(device)")
        }
    }

    /// What a metric's state was after a batch.
    private struct Step {
        let oracle: OracleCase
        let role: String
        let metric: Metric
        let state: [Tensor]
    }

    private func check(_ cases: [OracleCase], _ device: String) throws {
        let steps = try cases.flatMap { try run($0) }
        try Tensor.evaluate(steps.flatMap(\.state))
        for step in steps {
            let want = try step.oracle.values(step.role)
            let results = step.metric.results(of: try step.state.map { try $0.doubles() })
            #expect(results.count == want.shape.elementCount, "\(step.oracle.id)")
            guard results.count == want.shape.elementCount else { continue }
            let got = Values(want.shape, want.dtype, results)
            expectClose(got, want, .relative(2e-5), "\(device), \(step.oracle.id), \(step.role)")
        }
    }

    private func run(_ oracle: OracleCase) throws -> [Step] {
        let metric = try oracle.metric()
        return try oracle.roles("output.").map { role in
            func given(_ name: String) throws -> Tensor { try oracle.tensor("input.\(name)\(role.dropFirst(6))") }
            let isReduction = metric is Mean || metric is Sum
            let prediction = try given(isReduction ? "values" : "y_pred")
            let target = isReduction ? prediction : try given("y_true")
            let isWeighted = oracle.has("input.sample_weight\(role.dropFirst(6))")
            try metric.updateState(target, prediction, sampleWeight: isWeighted ? try given("sample_weight") : nil)
            return Step(oracle: oracle, role: role, metric: metric, state: metric.variables.map(\.value))
        }
    }

    /// Every case's configuration has Keras's keys and values, and makes a twin. Names that Keras counts are left out.
    @Test func metricsGiveTheirConfigurationBack() throws {
        for oracle in try OracleCatalogue.shared().cases(family: "metrics") {
            let metric = try oracle.metric()
            #expect(metric.className == oracle.name)
            let config = metric.config
            #expect(Set(config.keys) == Set(oracle.kerasConfig.keys), "\(oracle.id)")
            for (key, value) in oracle.kerasConfig {
                let held = config[key]
                let isCounted = key == "name" && value.string?.last?.isNumber == true
                let isSame = held == value || held?.double == value.double && value.double != nil
                #expect(isSame || isCounted, "\(oracle.id), \(key): \(held?.description ?? "nothing")")
            }
            #expect(try Metric.configured(metric.serialized).config == config, "\(oracle.id)")
            let kept = try Metric.configured(
                .object(["class_name": .string(oracle.name), "config": .object(oracle.kerasConfig)]))
            #expect(kept.name == oracle.kerasConfig["name"]?.string, "\(oracle.id)")
        }
    }
}
