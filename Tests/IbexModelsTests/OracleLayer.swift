import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// A layer made from Keras's configuration, with Keras's weights, applied to a case's inputs.
struct OracleLayer {
    let oracle: OracleCase
    let layer: Layer
    /// The inputs by role: `input.inputs`, or `input.inputs.0` and on.
    private let inputs: [(role: String, tensor: Tensor)]
    private let mask: Tensor?

    /// - Throws: the layer's `IbexError` where there is no such layer, or where its configuration does not fit.
    init(_ oracle: OracleCase) throws {
        self.oracle = oracle
        layer = try LayerRegistry.layer(oracle.name, config: oracle.kerasConfig)
        inputs = try oracle.roles("input.inputs").map { ($0, Variable(try oracle.tensor($0)).value) }
        mask = oracle.has("input.mask") ? try oracle.tensor("input.mask") : nil
        try layer.buildIfNeeded(inputs.map(\.tensor.shape))
        let found = layer.weights.map { $0.name.split(separator: "/").dropFirst().joined(separator: "/") }
        #expect(found == oracle.weights.map(\.name), "\(oracle.id)")
        try layer.setWeights(try oracle.weights.map { try oracle.tensor("weight.\($0.name)") })
    }

    /// Adds everything that Keras computed of the case to a batch: results, masks, penalties, gradients, new statistics.
    func add(to batch: inout OracleBatch) throws {
        let trained = layer.weights.map(\.value)
        let context = CallContext(training: oracle.call["training"]?.bool ?? false)
        if let mask { for input in inputs { context.setMask(mask, of: input.tensor) } }
        var outputs: [Tensor] = []
        for _ in 0..<oracle.calls { outputs = try layer.apply(inputs.map(\.tensor), context) }
        let shapes = try layer.outputShapes(for: inputs.map(\.tensor.shape))
        #expect(shapes == outputs.map(\.shape), "\(oracle.id)")
        for (index, output) in outputs.enumerated() { batch.add(oracle, "output.\(index)", output) }
        if oracle.has("output_mask.0") {
            batch.add(oracle, "output_mask.0", try #require(context.mask(of: outputs[0]), "\(oracle.id)"))
        }
        if oracle.has("losses") {
            batch.add(oracle, "losses", Tensor.stacked(context.losses + layer.regularizationLosses))
        }
        for (weight, known) in zip(layer.weights, oracle.weights) where oracle.has("after.\(known.name)") {
            batch.add(oracle, "after.\(known.name)", weight.value)
        }
        guard oracle.has("upstream.0") else { return }
        let sources =
            inputs.map { ("grad.\($0.role)", $0.tensor) }
            + zip(oracle.weights, trained).map { ("grad.weight.\($0.name)", $1) }
        let wanted = sources.filter { oracle.has($0.0) }
        let found = gradients(
            of: outputs[0], withRespectTo: wanted.map(\.1), upstream: try oracle.tensor("upstream.0"))
        for ((role, _), gradient) in zip(wanted, found) { batch.add(oracle, role, gradient) }
    }
}
