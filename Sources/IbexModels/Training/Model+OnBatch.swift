import IbexGraph
import IbexRuntime

extension Model {
    /// One training step on the samples given; what it came to before the step.
    ///
    ///     for (x, y) in batches { print(try model.trainOnBatch(x, y).loss) }
    ///
    /// - Throws: `IbexError` for data or shapes that do not fit, before any device work.
    @discardableResult
    public func trainOnBatch(
        _ x: Tensor, _ y: Tensor, sampleWeight: Tensor? = nil, classWeight: [Int: Double]? = nil
    ) throws -> Evaluation {
        try trainOnBatch(Batch(x, y, sampleWeight: sampleWeight), classWeight: classWeight)
    }

    /// As `trainOnBatch(_:_:)`, for a model with several inputs or results.
    @discardableResult
    public func trainOnBatch(_ batch: Batch, classWeight: [Int: Double]? = nil) throws -> Evaluation {
        try onBatch(.train, batch, classWeight: classWeight, at: "trainOnBatch of \(name)")
    }

    /// Loss and metrics of the samples given.
    ///
    /// - Throws: `IbexError` for data or shapes that do not fit, before any device work.
    public func testOnBatch(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor? = nil) throws -> Evaluation {
        try testOnBatch(Batch(x, y, sampleWeight: sampleWeight))
    }

    /// As `testOnBatch(_:_:)`, for a model with several inputs or results.
    public func testOnBatch(_ batch: Batch) throws -> Evaluation {
        try onBatch(.evaluate, batch, classWeight: nil, at: "testOnBatch of \(name)")
    }

    /// The model's result for the samples given, in one step.
    ///
    /// - Throws: `IbexError` for data or shapes that do not fit, before any device work.
    public func predictOnBatch(_ x: Tensor) throws -> Tensor { try predictOnBatch([x])[0] }

    /// As `predictOnBatch(_:)`, for a model with several inputs or results.
    public func predictOnBatch(_ inputs: [Tensor]) throws -> [Tensor] {
        try predict(inputs, batchSize: max(inputs.first?.shape.extents.first ?? 1, 1), verbose: 0)
    }

    private func onBatch(
        _ kind: Compilation.StepKey.Kind, _ batch: Batch, classWeight: [Int: Double]?, at place: String
    ) throws -> Evaluation {
        var data = try TrainingData(
            inputs: batch.inputs, targets: batch.targets, weights: batch.sampleWeights, at: place)
        try prepare(data, for: kind, at: place)
        if let classWeight { try data.apply(classWeight, at: place) }
        guard let compilation else { throw notCompiled(place) }
        let device = try device
        withDevice(device) { compilation.build() }
        let runner = try StepRunner(data, rows: data.count, device: device, compilation: compilation)
        try runner.setOrder(Array(0..<Int32(data.count)))
        return Evaluation(try pass(kind, data, 0..<data.count, data.count, runner, CallbackList()))
    }
}
