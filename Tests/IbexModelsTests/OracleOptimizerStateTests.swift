import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// An optimizer's state after ten steps, and the weights once averages have taken their place, against Keras.
@Suite(.serialized) struct OracleOptimizerStateTests {
    @Test(arguments: ["cpu", "opencl"]) func endsInKerassState(device: String) throws {
        try PlainKernels.withDevice(device) {
            var slots = 0
            for oracle in try OracleCatalogue.shared().cases(family: "optimizers") {
                // One program for each is slow to build; on OpenCL the plain cases do.
                guard device == "cpu" || oracle.id.hasSuffix(".default_rate") else { continue }
                guard let optimizer = try? Optimizer.named(oracle.name, arguments: oracle.kerasConfig) else { continue }
                slots += try check(oracle, optimizer, device)
            }
            #expect(slots >= (device == "cpu" ? 250 : 20))
        }
    }

    /// The optimizer's slots by the names that Keras gave them, in Keras's order.
    private func check(_ oracle: OracleCase, _ optimizer: Optimizer, _ device: String) throws -> Int {
        let names = oracle.roles("start.").map { String($0.dropFirst(6)) }.sorted { $0 > $1 }
        let weights = try names.map { Variable(try oracle.tensor("start.\($0)"), name: $0) }
        let gradients = try names.map { try oracle.tensor("gradients.\($0)") }
        let rates = try oracle.values("learning_rates").scalars
        if oracle.id.hasSuffix(".exclude_bias") { optimizer.excludeFromWeightDecay(names: ["bias"]) }
        try optimizer.build(weights)
        let step = compile { inputs in
            try optimizer.apply(inputs, to: weights)
            return []
        }
        for index in 0..<gradients[0].shape[0] {
            if optimizer.schedule == nil { optimizer.learningRate = rates[index] }
            _ = try step(gradients.map { $0[index] })
        }
        let tolerance = try oracle.tolerance()
        var checked = 0
        for role in oracle.roles("slot.") {
            let want = try oracle.values(role)
            let path = try #require(oracle.fields["slots"]?[role]?.string)
            let suffix = path.split(separator: "/").dropFirst().joined(separator: "/")
            if suffix == "learning_rate" || suffix == "iteration" { continue }
            // Keras gives Nadam's product, its last variable, no name of its own.
            let variable =
                suffix.isEmpty
                ? optimizer.variables.last
                : optimizer.variables.first {
                    $0.name.split(separator: "/").dropFirst().joined(separator: "/") == suffix
                }
            guard let variable else {
                Issue.record(
                    "\(oracle.id): no slot \(suffix) among \(optimizer.variables.map(\.name))")
                continue
            }
            expectClose(
                Values(variable.shape, want.dtype, try variable.value.doubles()), want,
                .ofPeak(1e-5), "\(device), \(oracle.id), \(suffix)")
            checked += 1
        }
        optimizer.finalize(weights)
        for (name, weight) in zip(names, weights) where oracle.has("finalized.\(name)") {
            let want = try oracle.values("finalized.\(name)")
            expectClose(
                Values(weight.shape, want.dtype, try weight.value.doubles()), want, tolerance,
                "\(device), \(oracle.id), \(name) at the end")
        }
        return checked
    }
}
