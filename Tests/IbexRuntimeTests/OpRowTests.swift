import IbexGraph
import IbexRuntime
import IbexTestSupport
import Testing

/// Rows that are evaluated together, so that a backend builds few programs.
struct RowGroup: Sendable, CustomTestStringConvertible {
    let name: String
    let rows: [OpRow]

    var testDescription: String { name }

    static let all: [RowGroup] = [
        RowGroup(
            name: "elementwise",
            rows: OpRow.elementwise([3, 5, 7]) + OpRow.elementwiseSpecials()
                + [[], [2, 0, 3], [1], [33], [4097]].flatMap { OpRow.elementwise($0) }),
        RowGroup(
            name: "elementwise layouts",
            rows: OpRow.elementwise([4, 5, 6], layouts: Layout.allCases)),
        RowGroup(
            name: "elementwise types",
            rows: OpRow.elementwise([31], .float64)
                + [.int32, .int64, .uint8].flatMap { OpRow.elementwiseIntegers($0) }),
        RowGroup(name: "matmul", rows: OpRow.matmuls),
        RowGroup(name: "convolution", rows: OpRow.convolutions),
        RowGroup(name: "pooling", rows: OpRow.pools),
        RowGroup(name: "reductions", rows: OpRow.reductions),
        RowGroup(name: "fusions", rows: OpRow.fusions),
        RowGroup(name: "softmax", rows: OpRow.softmaxes),
        RowGroup(name: "gather", rows: OpRow.gathers),
        RowGroup(name: "sort", rows: OpRow.sorts),
        RowGroup(name: "movement", rows: OpRow.movements),
        RowGroup(name: "random", rows: OpRow.randoms),
        RowGroup(name: "kernels in double", rows: OpRow.doubles),
    ]
}

/// One row in one layout: what is stored, and the graph over it.
struct RowTrial {
    let row: OpRow
    let layout: Layout
    /// The operands as they are stored.
    let stored: [Values]

    init(_ row: OpRow, _ layout: Layout) {
        self.row = row
        self.layout = layout
        stored = row.values().map { layout.stored($0) }
    }

    static func trials(_ rows: [OpRow]) -> [RowTrial] {
        rows.flatMap { row in row.layouts.map { RowTrial(row, $0) } }
    }

    /// The results, and the gradients of the stored operands where the row has them.
    func results(_ operands: [Tensor]) -> (values: [Tensor], gradients: [Tensor]) {
        let views = zip(operands, row.operands).map { layout.view($0, shape: $1.shape) }
        let values = row.apply(views)
        guard row.gradientTolerance != nil else { return (values, []) }
        let sources = differentiable.map { operands[$0] }
        let weighted = values.enumerated().filter { $1.dtype.isFloatingPoint }
        let upstreams = weighted.map { upstream($0, like: $1) }
        let gradients = gradientsIfAny(of: weighted.map(\.element), withRespectTo: sources, upstreams: upstreams)
        return (values, zip(gradients, sources).map { $0 ?? $1.filled(0) })
    }

    /// The operands that a gradient flows to.
    var differentiable: [Int] { row.operands.indices.filter { row.operands[$0].dtype.isFloatingPoint } }

    /// Weights between 0.5 and 1.5, so that no two elements count alike.
    func weights(_ result: Int, _ shape: Shape) -> Values {
        var source = RandomSource(seed: UInt64(result + 1) &* 0x5851_F42D_4C95_7F2D)
        return Sampler.uniform(0.5, 1.5).values(shape, .float32, from: &source)
    }

    private func upstream(_ result: Int, like tensor: Tensor) -> Tensor {
        let weights = weights(result, tensor.shape).cast(to: tensor.dtype)
        return Tensor(weights.data, tensor.type, device: tensor.device)
    }

    func label(_ part: String) -> String { "\(row.name), \(layout.rawValue), \(part)" }
}

/// Every op on every backend: forward and by gradient, against the reference in double precision.
@Suite(.serialized)
struct OpRowTests {
    /// What the reference makes of each trial, computed once: in double precision, rounded to the types wanted.
    private static func evaluated(_ trials: [RowTrial], on backend: TestBackend) throws -> [[Values]] {
        let device = try backend.device
        return try withDevice(device) {
            var tensors: [Tensor] = []
            var counts: [Int] = []
            for trial in trials {
                let widened = backend == .reference && !trial.row.keepsTypes
                let operands = try backend.tensors(widened ? trial.stored.map(\.widened) : trial.stored)
                let (values, gradients) = trial.results(operands)
                tensors += values + gradients
                counts.append(values.count + gradients.count)
            }
            var rest = try tensors.evaluated(on: device)[...]
            return counts.map { count in
                defer { rest = rest.dropFirst(count) }
                return Array(rest.prefix(count))
            }
        }
    }

    @Test(arguments: RowGroup.all, TestBackend.compared)
    func agreesWithTheReference(group: RowGroup, backend: TestBackend) throws {
        let trials = RowTrial.trials(group.rows)
        let wanted = try Self.evaluated(trials, on: .reference)
        let got = try Self.evaluated(trials, on: backend)
        for (trial, (got, want)) in zip(trials, zip(got, wanted)) {
            let gradients = trial.row.gradientTolerance == nil ? 0 : trial.differentiable.count
            for index in got.indices {
                let isGradient = index >= got.count - gradients
                let tolerance = isGradient ? trial.row.gradientTolerance ?? .exact : trial.row.tolerance
                let label = isGradient ? "gradient \(index - got.count + gradients)" : "result \(index)"
                expectClose(
                    got[index], want[index].narrowed(to: got[index].dtype), tolerance,
                    "\(backend.rawValue), \(trial.label(label))")
            }
        }
    }

    /// The reference's own gradients: along a random direction of all operands, Σ gradient · direction must be
    /// the slope of Σ weights · results. Small operands are also moved one element at a time.
    @Test(arguments: RowGroup.all)
    func gradientsMatchFiniteDifferences(group: RowGroup) throws {
        let device = try TestBackend.reference.device
        try withDevice(device) {
            for trial in RowTrial.trials(group.rows) where trial.checksDifferences {
                let probes = trial.probes()
                if probes.isEmpty { continue }
                var tensors = trial.results(try TestBackend.reference.tensors(trial.widened)).gradients
                tensors += try probes.flatMap { try trial.moved($0) }
                let values = try tensors.evaluated(on: device)
                trial.expectSlopes(values, probes)
            }
        }
    }
}
