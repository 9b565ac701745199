import IbexGraph
import IbexRuntime
import Testing

@testable import bench

@Suite struct KernelCaseTests {
    @Test func everyFamilyHasCasesOfDifferentNames() {
        for family in KernelFamily.allCases {
            let names = KernelCase.all.filter { $0.family == family }.map(\.name)
            #expect(!names.isEmpty, "\(family)")
            #expect(Set(names).count == names.count, "\(family)")
        }
    }

    @Test func theFilterReadsFamiliesAndNames() {
        #expect(KernelCase.matching([]).count == KernelCase.all.count)
        #expect(KernelCase.matching(["RESNET"]).allSatisfy { $0.name.contains("ResNet") })
        #expect(
            KernelCase.matching(["dropout", "cross-entropy"]).map(\.family) == [
                .crossEntropy, .crossEntropy,
                .crossEntropy, .crossEntropy, .crossEntropy, .random,
            ])
        #expect(KernelCase.matching(["no such case"]).isEmpty)
    }

    /// Each case is planned on a backend without a device: shapes fit, and what a model's step would fuse is fused.
    @Test func everyCaseIsPlannedInFewSteps() throws {
        let backend = NullBackend()
        DeviceRegistry.shared.register(backend)
        for one in KernelCase.all {
            let body = try withDevice(backend.device) { try one.prepare() }
            let traced = try TracedProgram(device: backend.device, inputTypes: one.inputs.map(\.type), body)
            #expect((1...4).contains(traced.program.steps.count), "\(one.family) \(one.name)\n\(traced.program)")
        }
    }

    @Test func aTransposedProduct() {
        let shape = MatrixShape(batch: 3, m: 2, n: 5, k: 7, transposeA: true, transposeB: true)
        #expect(shape.a == [3, 7, 2])
        #expect(shape.b == [3, 5, 7])
        #expect(shape.flops == 2 * 3 * 2 * 5 * 7)
    }

    @Test(arguments: [([3, 1, 2], 2), ([4, 1, 3, 2], 2.5), ([7], 7)] as [([Double], Double)])
    func medians(values: [Double], median: Double) { #expect(KernelTimer.median(values) == median) }

    @Test func passesGiveTheMedianOfEachFigure() {
        let passes = [(12.0, 0.9), (10, 0.7), (11, 1.2)].map { (microseconds, fraction) in
            KernelRecord(
                family: .matmul, name: "square", device: "opencl:0:0", microseconds: microseconds, launches: 1,
                gigaflops: 1 / microseconds, gigabytes: microseconds / 4, limit: .sgemm, limitRate: microseconds * 10,
                fraction: fraction, isRated: false)
        }
        let record = KernelRecord(medianOf: passes)
        #expect([record.microseconds, record.gigaflops, record.gigabytes] == [11, 1.0 / 11, 2.75])
        #expect([record.limitRate, record.fraction] == [110, 0.9])
        #expect(record.name == "square" && record.limit == .sgemm && !record.isRated && record.launches == 1)
    }

    @Test func theSummaryRatesWhatTheTargetSpeaksOf() {
        func record(_ family: KernelFamily, _ fraction: Double, isRated: Bool = true) -> KernelRecord {
            KernelRecord(
                family: family, name: "case \(fraction)", device: "opencl:0:0", microseconds: 10, launches: 1,
                gigaflops: 0, gigabytes: 20, limit: family.limit, limitRate: 25, fraction: fraction, isRated: isRated)
        }
        let table = KernelTable(records: [
            record(.matmul, 0.74), record(.matmul, 0.96), record(.matmul, 1.1), record(.pooling, 0.81),
            record(.pooling, 0.5, isRated: false), record(.random, 0.1),
        ])
        let lines = table.summary.split(separator: "\n").map { line in
            line.split(separator: " ").joined(separator: " ")
        }
        #expect(
            lines.dropFirst(2) == [
                "matmul 3 0.96 holds 0.95 0.74 below 0.75 sgemm case 0.74",
                "pooling 1 0.81 holds 0.80 0.81 holds 0.80 copy case 0.81", "random 1 0.10 0.10 copy case 0.1",
            ])
        #expect(table.cases.split(separator: "\n").count == 8)
    }
}
