import Foundation
import Ibex
import IbexRuntime

/// Measures cases on one device, each beside its limit.
struct KernelBench {
    /// How often the list of cases is gone through.
    static let passes = 3

    let device: Device
    private let timer = KernelTimer()
    private let copy: CopyLimit
    private let bestMatmul: (work: RepeatedWork, name: String, flops: Double)

    init(on device: Device) throws {
        self.device = device
        copy = try CopyLimit(on: device)
        bestMatmul = try Self.bestMatmul(on: device)
    }

    /// What the fractions are of.
    var limits: String {
        "\(device.id) (\(device.name)); best matmul: \(bestMatmul.name); copy: \(copy.name)"
    }

    func measure(_ one: KernelCase) throws -> KernelRecord {
        let traced = try TracedKernel(one, on: device)
        let limit = limit(of: one)
        let times = try timer.measure(traced.work, beside: limit.work)
        let amount = limit.kind == .copy ? Double(traced.bytes) : one.flops
        return KernelRecord(
            family: one.family, name: one.name, device: device.id, microseconds: times.work * 1e6,
            launches: traced.launches, gigaflops: one.flops / times.work * 1e-9,
            gigabytes: Double(traced.bytes) / times.work * 1e-9, limit: limit.kind,
            limitRate: limit.amount / times.other * 1e-9, fraction: times.ratio * amount / limit.amount,
            isRated: one.isRated)
    }

    /// OpenBLAS is beside what runs on the same processors; on other devices the device's own matmul is.
    private func limit(of one: KernelCase) -> (kind: KernelFamily.Limit, work: RepeatedWork, amount: Double) {
        switch one.family.limit {
        case .sgemm:
            if device.kind == .cpu, let product = one.product {
                return (.sgemm, BLASProduct(product).work, product.flops)
            }
            return (.bestMatmul, bestMatmul.work, bestMatmul.flops)
        case .bestMatmul: return (.bestMatmul, bestMatmul.work, bestMatmul.flops)
        case .copy: return (.copy, copy.work, Double(CopyLimit.bytes))
        }
    }

    /// The fastest of some large products, of the device's own and of OpenBLAS.
    private static func bestMatmul(on device: Device) throws -> (work: RepeatedWork, name: String, flops: Double) {
        let sizes = device.kind == .cpu ? [512, 768, 1024] : [2048, 4096]
        var candidates: [(work: RepeatedWork, name: String, flops: Double)] = []
        for size in sizes {
            let shape = MatrixShape(m: size, n: size, k: size)
            let own = try TracedKernel(KernelCase.matmul("", shape), on: device)
            candidates.append((own.work, "\(device.id) of \(size)", shape.flops))
            if device.kind == .cpu { candidates.append((BLASProduct(shape).work, "sgemm of \(size)", shape.flops)) }
        }
        var best = candidates[0]
        var bestRate = 0.0
        for candidate in candidates {
            _ = try candidate.work.time(1)
            let count = max(1, Int(0.03 / (try candidate.work.time(1))))
            let seconds = try (0..<5).map { _ in try candidate.work.time(count) }.min() ?? .infinity
            if candidate.flops / seconds > bestRate { (best, bestRate) = (candidate, candidate.flops / seconds) }
        }
        return best
    }
}
