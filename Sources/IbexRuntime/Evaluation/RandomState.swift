import IbexGraph
import Synchronization

/// Where random numbers outside a trace come from: a seed and the number of draws so far.
package enum RandomState {
    private struct State {
        var seed: UInt64 = .random(in: 0 ... .max)
        var draws: UInt32 = 0
    }
    private static let process = Scope(State())
    @TaskLocal private static var scoped: Scope?

    /// The process's random numbers, or those of a task of its own.
    private final class Scope: Sendable {
        let state: Mutex<State>
        init(_ state: State) { self.state = Mutex(state) }
    }

    private static var scope: Scope { scoped ?? process }

    package static var seed: UInt64 {
        get { scope.state.withLock { $0.seed } }
        set { scope.state.withLock { $0.seed = newValue } }
    }

    /// How many numbers were drawn outside of traces.
    package static var draws: UInt32 {
        get { scope.state.withLock { $0.draws } }
        set { scope.state.withLock { $0.draws = newValue } }
    }

    static func reset(_ seed: UInt64) { process.state.withLock { $0 = State(seed: seed) } }

    static func withSeed<Result>(_ seed: UInt64, _ body: () throws -> Result) rethrows -> Result {
        try $scoped.withValue(Scope(State(seed: seed)), operation: body)
    }

    /// The number of the next draw: counted within the trace, else within the scope or the process.
    package static func nextDraw() -> UInt32 {
        if let trace = Trace.current { return trace.nextDraw() }
        return scope.state.withLock { state in
            defer { state.draws &+= 1 }
            return state.draws
        }
    }
}

/// Starts the process's random numbers anew, as Keras's `set_random_seed`: the same seed on the same device
/// gives the same bits.
public func setRandomSeed(_ seed: UInt64) { RandomState.reset(seed) }

/// Runs `body` with random numbers of its own.
public func withRandomSeed<Result>(_ seed: UInt64, _ body: () throws -> Result) rethrows -> Result {
    try RandomState.withSeed(seed, body)
}

extension Tensor {
    private static func draw(_ kind: Ops.Random.Kind, _ shape: Shape, _ dtype: DType) -> Tensor {
        let op = Ops.Random(
            kind, TensorType(shape, dtype), seed: RandomState.seed, ordinal: RandomState.nextDraw())
        if let trace = Trace.current { return apply(op, trace.step.value) }
        return Tensor(Node(op, inputs: [], types: [op.type], device: .current))
    }

    /// Evenly distributed numbers in [low, high).
    public static func randomUniform(
        _ shape: Shape, in range: Range<Double> = 0..<1, dtype: DType = .float32
    ) -> Tensor {
        let unit = draw(.uniform, shape, dtype)
        if range == 0..<1 { return unit }
        return unit * (range.upperBound - range.lowerBound) + range.lowerBound
    }

    /// Normally distributed numbers.
    public static func randomNormal(
        _ shape: Shape, mean: Double = 0, standardDeviation: Double = 1, dtype: DType = .float32
    ) -> Tensor {
        let unit = draw(.normal, shape, dtype)
        if mean == 0, standardDeviation == 1 { return unit }
        return unit * standardDeviation + mean
    }

    /// Normally distributed numbers without those beyond two standard deviations, from the inverse of the
    /// distribution function: x = √2 erf⁻¹(u erf √2), u even in (-1, 1).
    public static func randomTruncatedNormal(
        _ shape: Shape, mean: Double = 0, standardDeviation: Double = 1, dtype: DType = .float32
    ) -> Tensor {
        let even = draw(.uniform, shape, dtype) * 2 - (1 - 0x1p-24)
        let bound = Tensor.full(2.0.squareRoot(), .scalar, dtype).erf()
        let unit = (even * bound).erfinv() * 2.0.squareRoot()
        return unit * standardDeviation + mean
    }

    /// `true` with the given probability.
    public static func randomBernoulli(_ shape: Shape, probability: Double) -> Tensor {
        draw(.uniform, shape, .float32) .< probability
    }
}
