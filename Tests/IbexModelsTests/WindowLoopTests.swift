import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Convolutions and poolings of one to three axes against plain loops, over shapes drawn from a fixed seed.
@Suite(.serialized) struct WindowLoopTests {
    @Test(arguments: ["cpu", "opencl"], WindowLoops.Kind.allCases)
    func agreesWithLoops(device: String, kind: WindowLoops.Kind) throws {
        var source = RandomSource(seed: 20)
        try PlainKernels.withDevice(device) {
            var checks: [(loops: WindowLoops, y: Tensor, want: Values)] = []
            for axes in 1...3 {
                for _ in 0..<10 {
                    let loops = WindowLoops.random(kind, axes: axes, from: &source)
                    let x = Sampler.distinct.values(loops.input, .float32, from: &source)
                    let w = Sampler.normal.values(loops.kernel, .float32, from: &source)
                    let layer = try loops.layer()
                    try layer.buildIfNeeded([loops.input])
                    if !layer.weights.isEmpty { try layer.setWeights([w.tensor]) }
                    checks.append((loops, try layer(x.tensor), loops.result(x, w)))
                }
            }
            try Tensor.evaluate(checks.map(\.y))
            for (loops, y, want) in checks {
                expectClose(Values(y.shape, .float32, try y.doubles()), want, .ofPeak(2e-6), "\(device), \(loops)")
            }
        }
    }

    /// A convolution is linear in its input and in its kernel: for an upstream u, ⟨u, y⟩ = ⟨dx, x⟩ = ⟨dw, w⟩.
    @Test(arguments: ["cpu", "opencl"], [WindowLoops.Kind.convolution, .transposed])
    func gradientsAreAdjoint(device: String, kind: WindowLoops.Kind) throws {
        var source = RandomSource(seed: 21)
        try PlainKernels.withDevice(device) {
            for axes in 1...3 {
                for _ in 0..<3 {
                    let loops = WindowLoops.random(kind, axes: axes, from: &source)
                    let layer = try loops.layer()
                    try layer.buildIfNeeded([loops.input])
                    let x = Sampler.normal.values(loops.input, .float32, from: &source).tensor
                    let w = Sampler.normal.values(loops.kernel, .float32, from: &source).tensor
                    try layer.setWeights([w])
                    let (input, kernel) = (Variable(x).value, layer.weights[0].value)
                    let y = try layer(input)
                    let u = Sampler.normal.values(y.shape, .float32, from: &source).tensor
                    let found = gradients(of: y, withRespectTo: [input, kernel], upstream: u)
                    let want = (y * u).sum()
                    let scale = try (y * u).abs().sum().doubles()[0]
                    for got in [(found[0] * x).sum(), (found[1] * w).sum()] {
                        let distance = try abs(got.doubles()[0] - want.doubles()[0])
                        #expect(distance <= 1e-5 * scale, "\(device), \(loops)")
                    }
                }
            }
        }
    }
}
