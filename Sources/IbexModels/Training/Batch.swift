import IbexGraph

/// Samples that a step takes together, with their targets and weights; the first axis of each tensor counts samples.
///
///     let batches = (0..<10).lazy.map { Batch(images(of: $0), labels(of: $0)) }
///     try model.fit(batches, epochs: 5)
public struct Batch: Sendable {
    public let inputs: [Tensor]
    public let targets: [Tensor]
    /// A factor for the loss of each sample.
    public let sampleWeight: Tensor?

    public init(inputs: [Tensor], targets: [Tensor] = [], sampleWeight: Tensor? = nil) {
        self.inputs = inputs
        self.targets = targets
        self.sampleWeight = sampleWeight
    }

    /// A batch for a model with one input and one result.
    public init(_ x: Tensor, _ y: Tensor? = nil, sampleWeight: Tensor? = nil) {
        self.init(inputs: [x], targets: y.map { [$0] } ?? [], sampleWeight: sampleWeight)
    }

    /// The number of samples.
    public var count: Int { inputs.first?.shape.extents.first ?? 0 }
}
