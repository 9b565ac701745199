import Foundation
import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

@Suite struct ModelProfileTests {
    private func profiled(_ device: String, limits: Bool = false) throws -> (profile: Profile, model: Sequential) {
        try withDevice(device) {
            let inner = Sequential([Input(shape: [6]), Dense(5, name: "deep")], name: "inner")
            let model = Sequential([
                Input(shape: [4]), Dense(6, activation: .relu, name: "first"), inner, Dense(3, name: "last"),
            ])
            model.compile(optimizer: .sgd(momentum: 0.9), loss: .meanSquaredError, metrics: [.mae])
            let x = Tensor(shape: [8, 4], scalars: (0..<32).map { Float($0) / 32 })
            let before = try model.getWeights().map { try $0.doubles() }
            let profile = try model.profile(x, Tensor.ones([8, 3]), batchSize: 4, steps: 3, measuresLimits: limits)
            #expect(try model.getWeights().map { try $0.doubles() } == before)
            return (profile, model)
        }
    }

    @Test(arguments: ["cpu", "opencl"]) func launchesAndLayersAreCounted(_ device: String) throws {
        let (profile, model) = try profiled(device, limits: device == "cpu")
        let step = try #require(model.trainingSteps.first)
        #expect(profile.launches == 3 * step.executable.launchCount)
        #expect(profile.kernels.allSatisfy { $0.seconds >= 0 && $0.bytes >= 0 })
        let names = Set(profile.layers.map(\.layer.description))
        let optimizer = try #require(model.optimizer).name
        for name in ["first", "inner/deep", "last", "loss", "metrics", "data", optimizer, "first (gradient)"] {
            #expect(names.contains(name), "\(name) in \(names.sorted())")
        }
        let (byLayer, byKernel) = (
            profile.layers.reduce(0) { $0 + $1.seconds }, profile.kernels.reduce(0) { $0 + $1.seconds }
        )
        #expect(abs(byLayer - byKernel) <= 1e-9 + byKernel * 1e-9)
        if device == "cpu" {
            // The product of the first layer: 4 x 4 by 4 x 6, once a step.
            let product = profile.kernels.first {
                $0.layers.first?.description == "first" && $0.name.contains("matmul (4, 4) (4, 6) > (4, 6)")
            }
            #expect(product?.launches == 3)
            #expect(product?.operations == Double(3 * 2 * 4 * 4 * 6))
            #expect(try #require(profile.limits).bytesPerSecond > 1e6)
            let fractions = profile.kernels.compactMap { profile.fractionOfLimit($0) }
            #expect(!fractions.isEmpty && fractions.allSatisfy { $0.isFinite && $0 >= 0 })
        }
        #expect(profile.description.contains("inner/deep (gradient)"))
        try traceNests(profile)
    }

    /// The trace parses; on each track one event ends before the next begins; kernels lie within the steps' time.
    private func traceNests(_ profile: Profile) throws {
        let trace = try JSONValue(parsing: Data(profile.trace.utf8))
        let events = try #require(trace["traceEvents"]?.array)
        func track(_ number: Int) throws -> [(start: Double, end: Double)] {
            try events.filter { $0["ph"]?.string == "X" && $0["tid"]?.int == number }.map {
                let (start, length) = (try #require($0["ts"]?.double), try #require($0["dur"]?.double))
                return (start, start + length)
            }
        }
        let (steps, kernels) = (try track(1), try track(2))
        #expect(steps.count == 3 && kernels.count == profile.launches)
        for spans in [steps, kernels] {
            for (span, next) in zip(spans, spans.dropFirst()) { #expect(span.end <= next.start + 0.01) }
        }
        #expect(kernels.allSatisfy { $0.start >= -0.01 && $0.end >= $0.start })
        #expect(events.contains { $0["args"]?["layers"]?.array?.contains(.string("last")) == true })
    }
}
