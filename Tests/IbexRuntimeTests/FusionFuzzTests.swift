import IbexGraph
import IbexRuntime
import IbexTestSupport
import Testing

/// Graphs drawn at random: what the passes make of them must compute what the reference computes op by op.
@Suite(.serialized)
struct FusionFuzzTests {
    private static let leaves: [Shape] = [[4, 6], [6], [4, 1], [6, 5], [], [2, 4, 6]]

    /// The values of the leaves for a seed.
    private static func values(_ seed: UInt64) -> [Values] {
        var source = RandomSource(seed: seed)
        return leaves.map { Sampler.normal.values($0, .float32, from: &source) }
    }

    /// A graph over the leaves and its gradients; the same for the same seed, whatever the backend.
    private static func graph(_ seed: UInt64, _ leaves: [Tensor]) -> [Tensor] {
        var source = RandomSource(seed: seed &* 31 &+ 1)
        var pool = leaves
        for _ in 0..<16 { pool.append(grown(pool, &source)) }
        let results = Array(pool.suffix(4))
        let total = results.dropFirst().reduce(results[0].sum()) { $0 + ($1 * 0.5).sum() }
        return results + gradients(of: total, withRespectTo: leaves)
    }

    /// One more tensor, by an op chosen among those that fit. All are continuous, so that rounding cannot flip a
    /// branch, and bounded.
    private static func grown(_ pool: [Tensor], _ source: inout RandomSource) -> Tensor {
        func pick(_ count: Int) -> Int { Int(source.next() % UInt64(count)) }
        let x = pool[pool.count - 1 - pick(min(pool.count, 7))]
        let other = pool[pick(pool.count)]
        let axis = x.rank == 0 ? 0 : pick(x.rank)
        switch pick(16) {
        case 0: return x.tanh()
        case 1: return (x * 1.5 + 0.25).sigmoid()
        case 2: return x.sin() - 0.5
        case 3: return x.square().tanh()
        case 4 where x.rank > 0: return x.transposed()
        case 5 where x.rank > 0: return x.flipped(axes: [axis])
        case 6 where x.rank > 0 && x.shape[axis] > 1: return x.narrowed(axis: axis, start: 1, count: x.shape[axis] - 1)
        case 7 where x.rank > 0:
            let spots = (0..<x.rank).map { $0 == axis ? 1 : 0 }
            return x.padded(low: spots, high: spots.map { 1 - $0 }, value: 0.5)
        case 8 where x.rank > 0: return x.mean(axis: axis, keepDims: pick(2) == 0)
        case 9 where x.rank > 0: return x.sum(axis: axis).tanh()
        case 10 where x.rank > 0 && x.elementCount > 1: return x.softmax()
        case 11 where x.rank > 1: return x.reshaped(-1, x.shape[0])
        case 12 where x.rank > 0: return .concatenated([x, x.cos()], axis: axis)
        case 13 where x.rank == 2:
            return (x.matmul(x.transposed()) * 0.2).tanh()
        case 14 where x.rank > 0: return (x - x.logSumExp(axes: [axis], keepDims: true)).exp()
        default:
            guard x.shape.broadcast(with: other.shape) != nil, x.elementCount * other.elementCount < 4000 else {
                return (x.exp() + 1).log()
            }
            return [x + other, x * other.tanh(), x - other, x.sigmoid() * other][pick(4)].tanh()
        }
    }

    private func expectAgreement(_ seeds: [UInt64], on backend: TestBackend) throws {
        func evaluated(_ backend: TestBackend, widened: Bool) throws -> [[Values]] {
            let device = try backend.device
            return try withDevice(device) {
                let results = try seeds.map { seed in
                    let values = Self.values(seed)
                    return Self.graph(seed, try backend.tensors(widened ? values.map(\.widened) : values))
                }
                var rest = try results.flatMap { $0 }.evaluated(on: device)[...]
                return results.map { tensors in
                    defer { rest = rest.dropFirst(tensors.count) }
                    return Array(rest.prefix(tensors.count))
                }
            }
        }
        let wanted = try evaluated(.reference, widened: true)
        let got = try evaluated(backend, widened: false)
        for (seed, (got, want)) in zip(seeds, zip(got, wanted)) {
            let peak = want.map(\.peak).max() ?? 0
            for (index, (a, b)) in zip(got, want).enumerated() {
                expectClose(
                    a, b.cast(to: a.dtype), .ofPeak(2e-5, casePeak: peak),
                    "\(backend.rawValue), seed \(seed), result \(index)"
                )
            }
        }
    }

    @Test func cpuAgreesOneByOne() throws {
        for seed in 1...60 { try expectAgreement([UInt64(seed)], on: .cpu) }
    }

    @Test func cpuAgreesOnManyAtOnce() throws { try expectAgreement(Array(100..<112), on: .cpu) }

    /// Three steps down the graph's gradients, recorded once and replayed: variables are updated in place.
    private func descent(_ seed: UInt64, on backend: TestBackend, widened: Bool) throws -> [Values] {
        let device = try backend.device
        return try withDevice(device) {
            let values = Self.values(seed).map { widened ? $0.widened : $0 }
            let variables = try backend.tensors(values).map { Variable($0) }
            let step = compile { _ in
                let contents = variables.map(\.value)
                let all = Self.graph(seed, contents)
                let gradients = all.suffix(contents.count)
                for (position, (variable, gradient)) in zip(variables, gradients).enumerated() {
                    // Some take another's old contents along, which must still be there.
                    let neighbour = contents[(position + 1) % contents.count].mean()
                    variable.assign(variable.value - (gradient * 0.1).tanh() - neighbour * 0.01)
                }
                return Array(all.dropLast(contents.count))
            }
            var results: [Values] = []
            for _ in 0..<3 { results += try step([]).map { try $0.values() } }
            return try results + variables.map { try $0.value.values() }
        }
    }

    @Test(arguments: [(TestBackend.cpu, UInt64(300)..<330), (.openCL, 400..<403)])
    func replaysAgree(backend: TestBackend, seeds: Range<UInt64>) throws {
        for seed in seeds {
            let want = try descent(seed, on: .reference, widened: true)
            let got = try descent(seed, on: backend, widened: false)
            let peak = want.map(\.peak).max() ?? 0
            for (index, (a, b)) in zip(got, want).enumerated() {
                expectClose(
                    a, b.cast(to: a.dtype), .ofPeak(5e-5, casePeak: peak),
                    "\(backend.rawValue), seed \(seed), value \(index)")
            }
        }
    }

    @Test func openCLAgrees() throws { try expectAgreement(Array(200..<206), on: .openCL) }
}
