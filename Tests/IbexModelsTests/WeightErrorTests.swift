import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Initializers, regularizers and constraints that a weight's shape or their own arguments do not suit: the build throws
/// with the name of the layer, and leaves no weights behind.
@Suite struct WeightErrorTests {
    private func expect(
        _ layer: Layer, _ input: Shape = [2, 3], at place: String, found: String, expected: String
    ) {
        expectError(.argument, at: place, found: found, expected: expected) { _ = try layer(.zeros(input)) }
        #expect(layer.weights.isEmpty && !layer.isBuilt)
    }

    @Test func initializers() throws {
        expect(
            Dense(2, biasInitializer: .identity, name: "a"), at: "layer a (Dense), weight bias",
            found: "initializer Identity with shape (2,)", expected: "two axes")
        expect(
            Dense(2, biasInitializer: .orthogonal, name: "b"), at: "layer b (Dense), weight bias",
            found: "initializer Orthogonal with shape (2,)", expected: "at least two axes")
        expect(
            Conv2D(2, kernelSize: 2, kernelInitializer: .identity, name: "c"), [1, 4, 4, 1],
            at: "layer c (Conv2D), weight kernel", found: "shape (2, 2, 1, 2)", expected: "two axes")
        for scale in [0, -1, .nan] {
            expect(
                Dense(2, kernelInitializer: .varianceScaling(scale: scale), name: "d"),
                at: "layer d (Dense), weight kernel", found: "VarianceScaling with scale \(scale)",
                expected: "a number above 0")
        }
        expect(
            Dense(2, kernelInitializer: .varianceScaling(inputAxes: [0], outputAxes: [2]), name: "e"),
            at: "layer e (Dense), weight kernel", found: "axes [0, 2] for shape (3, 2)", expected: "axes of the shape")
        expect(
            Dense(2, kernelInitializer: Initializer("short") { _ in [1] }, name: "f"),
            at: "layer f (Dense), weight kernel", found: "1 values from the initializer short",
            expected: "6 for shape (3, 2)")
    }

    @Test func regularizersAndConstraints() throws {
        for (regularizer, found) in [
            (Regularizer.l2(-1), "regularizer L2 with l2 -1.0"), (.l1(.infinity), "regularizer L1 with l1 inf"),
            (.l1l2(l1: 0.1, l2: -2), "regularizer L1L2 with l2 -2.0"),
            (.orthogonal(factor: -0.5), "OrthogonalRegularizer with factor -0.5"),
        ] {
            expect(
                Dense(2, kernelRegularizer: regularizer, name: "g"), at: "layer g (Dense), weight kernel",
                found: found, expected: "a number of at least 0")
        }
        expect(
            Dense(2, biasRegularizer: .orthogonal(), name: "h"), at: "layer h (Dense), weight bias",
            found: "shape (2,)", expected: "two axes")
        expect(
            Dense(2, biasConstraint: .maxNorm(1, axis: 1), name: "i"), at: "layer i (Dense), weight bias",
            found: "constraint MaxNorm with axes [1] for shape (2,)", expected: "axes of the shape")
        let layer = Dense(2, activityRegularizer: .l2(-1), name: "j")
        expectError(.argument, at: "layer j (Dense), result", found: "regularizer L2 with l2 -1.0") {
            _ = try layer(.zeros([2, 3]))
        }
    }

    /// A model names the layer too, before any training.
    @Test func insideAModel() throws {
        let model = Sequential([Dense(4), Dense(2, biasInitializer: .orthogonal, name: "last")])
        model.compile(loss: .meanSquaredError)
        expectError(.argument, at: "layer last (Dense), weight bias", found: "initializer Orthogonal") {
            try model.fit(.zeros([4, 3]), .zeros([4, 2]), verbose: 0)
        }
    }

    /// Initializers that fit draw what they drew.
    @Test func whatFitsIsKept() throws {
        let layer = Dense(3, kernelInitializer: .identity(gain: 2), kernelRegularizer: .l2(0))
        let y = try layer(Tensor([[1, 2, 3]] as [[Float]]))
        #expect(try y.scalars(as: Float.self) == [2, 4, 6])
    }
}
