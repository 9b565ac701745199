import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Ten steps of each optimizer against Keras: rates and weights step by step, all state at the end in Keras's order, and
/// the weights once averages have taken their place.
@Suite(.serialized) struct OptimizerOracleTests {
    @Test(arguments: ["cpu", "opencl"]) func agreesWithKeras(device: String) throws {
        try PlainKernels.withDevice(device) {
            let cases = try OracleCatalogue.shared().cases(family: "optimizers")
            var slots = 0
            for oracle in cases { slots += try check(oracle, device) }
            print("optimizers on \(device): \(cases.count) cases, \(slots) slots")
            #expect(cases.count == 136)
            #expect(slots == cases.reduce(0) { $0 + $1.roles("slot.").count })
        }
    }

    /// - Returns: how many of the optimizer's variables were compared.
    private func check(_ oracle: OracleCase, _ device: String) throws -> Int {
        let optimizer = try Optimizer.named(oracle.name, arguments: oracle.kerasConfig)
        if oracle.id.hasSuffix(".exclude_bias") { optimizer.excludeFromWeightDecay(names: ["bias"]) }
        let names = oracle.roles("start.").map { String($0.dropFirst(6)) }.sorted { $0 > $1 }
        let weights = try names.map { Variable(try oracle.tensor("start.\($0)"), name: $0) }
        try optimizer.build(weights)
        let history = try run(oracle, optimizer, weights, names)
        let tolerance = try oracle.tolerance()
        for (name, values) in zip(names, history) {
            let want = try oracle.values("params.\(name)")
            expectClose(Values(want.shape, want.dtype, values), want, tolerance, "\(device), \(oracle.id), \(name)")
        }
        let checked = try checkState(oracle, optimizer, device)
        optimizer.finalize(weights)
        for (name, weight) in zip(names, weights) where oracle.has("finalized.\(name)") {
            let want = try oracle.values("finalized.\(name)")
            expectClose(
                Values(weight.shape, want.dtype, try weight.value.doubles()), want, tolerance,
                "\(device), \(oracle.id), \(name) at the end")
        }
        return checked
    }

    /// The weights after each step.
    private func run(
        _ oracle: OracleCase, _ optimizer: Optimizer, _ weights: [Variable], _ names: [String]
    ) throws -> [[Double]] {
        let gradients = try names.map { try oracle.tensor("gradients.\($0)") }
        let step = compile { inputs in
            try optimizer.apply(inputs, to: weights)
            return weights.map(\.value)
        }
        var history = names.map { _ in [Double]() }
        for (index, rate) in try oracle.values("learning_rates").scalars.enumerated() {
            #expect(abs(optimizer.learningRate - rate) <= 2e-6 * rate, "\(oracle.id), step \(index)")
            let results = try step(gradients.map { $0[index] })
            for (weight, result) in results.enumerated() { history[weight] += try result.doubles() }
        }
        return history
    }

    private func checkState(_ oracle: OracleCase, _ optimizer: Optimizer, _ device: String) throws -> Int {
        let roles = oracle.roles("slot.")
        guard optimizer.variables.count == roles.count else {
            Issue.record("\(oracle.id): \(optimizer.variables.map(\.name)), expected \(roles.count)")
            return 0
        }
        for (role, variable) in zip(roles, optimizer.variables) {
            let want = try oracle.values(role)
            let name = "\(device), \(oracle.id), \(variable.name)"
            expectClose(
                Values(variable.shape, want.dtype, try variable.value.doubles()), want, .ofPeak(1e-5), "\(name)")
            // Keras names neither Nadam's product nor Adafactor's means.
            let path = try #require(oracle.fields["slots"]?[role]?.string).split(separator: "/").dropFirst()
            guard let last = path.last, !["kernel", "bias"].contains(last) else { continue }
            #expect(variable.name.hasSuffix("/" + path.joined(separator: "/")), "\(name): \(path)")
        }
        return roles.count
    }
}
