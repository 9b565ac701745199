import IbexGraph

/// Samples that a step takes together, with their targets and weights; the first axis of each tensor counts samples.
///
///     let batches = (0..<10).lazy.map { Batch(images(of: $0), labels(of: $0)) }
///     try model.fit(batches, epochs: 5)
public struct Batch: Sendable {
    public let inputs: [Tensor]
    public let targets: [Tensor]
    /// Factors for the loss of each sample, [batch], or of each of its steps, [batch, time]: none, one tensor for all
    /// targets, or one for each.
    public let sampleWeights: [Tensor]

    public init(inputs: [Tensor], targets: [Tensor] = [], sampleWeights: [Tensor] = []) {
        self.inputs = inputs
        self.targets = targets
        self.sampleWeights = sampleWeights
    }

    /// A batch for a model with one input and one result.
    public init(_ x: Tensor, _ y: Tensor? = nil, sampleWeight: Tensor? = nil) {
        self.init(inputs: [x], targets: y.map { [$0] } ?? [], sampleWeights: sampleWeight.map { [$0] } ?? [])
    }

    /// The weights of the samples for one of the targets.
    public func sampleWeight(ofTarget index: Int) -> Tensor? {
        sampleWeights.count == 1 ? sampleWeights[0] : sampleWeights.indices.contains(index) ? sampleWeights[index] : nil
    }

    /// The number of samples.
    public var count: Int { inputs.first?.shape.extents.first ?? 0 }
}
