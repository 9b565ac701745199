import Testing

@testable import bench

@Suite struct CallbackCostTests {
    @Test func pairsAreMeasured() throws {
        let run = WorkloadRun(
            workload: try Workload.named("digits-mlp"), device: "cpu", seed: 1, epochs: 1, batchSize: 32, samples: 64,
            mnist: nil, startedAt: 0)
        let cost = try CallbackCost(run)
        #expect(cost.pairs.count == 9 && cost.ratios.count == 9)
        #expect(cost.ratios == cost.ratios.sorted() && cost.pairs.allSatisfy { $0.silent > 0 && $0.told > 0 })
        #expect(cost.text.hasPrefix("digits-mlp, batch 32, 2 steps an epoch on cpu: a silent epoch takes "))
    }
}
