import IbexGraph
import IbexModels
import IbexRuntime
import Testing

/// How many kernels a layer is planned as, forward, and with its gradients for the input and all weights.
///
/// What comes upstream depends on the result, as behind a loss, so that the way back begins when the way there is done.
/// Each kernel is one launch, two where a reduction is large; small neighbours may share one.
@Suite(.serialized) struct LayerLaunchTests {
    private func program(
        _ layers: [Layer], _ shape: Shape, training: Bool = false, backward: Bool = false
    ) throws -> Program {
        try withDevice("opencl") {
            let device = try #require(Device.current)
            let outputs = try layers.reduce([shape]) { shapes, layer in
                try layer.buildIfNeeded(shapes)
                return try layer.outputShapes(for: shapes)
            }
            let types = (backward ? [shape, outputs[0]] : [shape]).map { TensorType($0, .float32) }
            return try TracedProgram(device: device, inputTypes: types) { inputs in
                let weights = layers.flatMap(\.trainableWeights).map(\.value)
                let context = CallContext(training: training)
                let y = try layers.reduce(inputs[0]) { try $1($0, context) }
                guard backward else { return [y] }
                return [y] + gradients(of: y, withRespectTo: [inputs[0]] + weights, upstream: inputs[1] * y)
            }.program
        }
    }

    private func expect(
        _ count: Int, _ layers: Layer..., on shape: Shape, training: Bool = false, backward: Bool = false,
        location: SourceLocation = #_sourceLocation
    ) throws {
        let program = try program(layers, shape, training: training, backward: backward)
        #expect(program.steps.count == count, "\(layers.map(\.place)): \(program)", sourceLocation: location)
    }

    /// One pass for the statistics, which also moves the running ones, and one over the batch.
    @Test(arguments: [([64, 32], -1), ([8, 7, 7, 16], -1), ([8, 16, 7, 7], 1)])
    func batchNormalization(shape: [Int], axis: Int) throws {
        try expect(2, BatchNormalization(axis: axis), on: Shape(shape), training: true)
        try expect(4, BatchNormalization(axis: axis), on: Shape(shape), training: true, backward: true)
        try expect(1, BatchNormalization(axis: axis), on: Shape(shape))
    }

    /// Two kernels more forward, and two more backward: the sums for its weights, and the gradient of its input.
    @Test func batchNormalizationInATrainingStep() throws {
        let layers = [Dense(32, useBias: false), BatchNormalization(), Activation(.relu), Dense(4)]
        let program = try program(layers, [64, 32], training: true, backward: true)
        let without = try self.program([layers[0], layers[2], layers[3]], [64, 32], training: true, backward: true)
        #expect(program.steps.count == without.steps.count + 4, "\(program)\nwithout: \(without)")
    }

    /// Nothing of batch normalization is left beside the convolution when a model is used.
    @Test func batchNormalizationRidesInAConvolution() throws {
        let layers = [Conv2D(16, kernelSize: 3, useBias: false), BatchNormalization(), Activation(.relu)]
        let alone = try program([Conv2D(16, kernelSize: 3)], [8, 9, 9, 8]).steps.count
        #expect(try program(layers, [8, 9, 9, 8]).steps.count == alone)
    }

    /// A row is folded and mapped back in one kernel. The way back is two: one for rows, one for the weights.
    @Test func normalizationsOfRows() throws {
        try expect(1, LayerNormalization(), on: [64, 48])
        try expect(3, LayerNormalization(), on: [64, 48], backward: true)
        try expect(1, LayerNormalization(axis: [1, 2]), on: [8, 6, 8])
        try expect(1, RMSNormalization(), on: [64, 48])
        try expect(3, RMSNormalization(), on: [64, 48], backward: true)
        try expect(1, UnitNormalization(), on: [64, 48])
        try expect(2, UnitNormalization(), on: [64, 48], backward: true)
    }

    /// The moments of channels, which are summed side by side; those of groups, a row of channels each; one pass.
    @Test func groupNormalization() throws {
        try expect(3, GroupNormalization(groups: 4), on: [8, 7, 7, 16])
        try expect(3, GroupNormalization(groups: 4, axis: 1), on: [8, 16, 7, 7])
        try expect(2, GroupNormalization(groups: 4), on: [8, 16])
    }

    /// Whatever works element by element is one pass; noise is drawn before, and the trace's counter of steps moves on.
    @Test func elementwiseLayers() throws {
        for layer in [ReLU(maxValue: 6), LeakyReLU(), PReLU(), ELU(), Rescaling(0.1, offset: -1)] {
            try expect(1, layer, on: [64, 48])
        }
        try expect(1, Softmax(), on: [64, 48])
        for layer in [Dropout(0.5), GaussianNoise(0.1), GaussianDropout(0.3), AlphaDropout(0.3)] {
            try expect(3, layer, on: [64, 48], training: true)
        }
    }
}
