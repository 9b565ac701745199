import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Models made of calls on symbolic tensors.
@Suite struct FunctionalModelTests {
    /// x · 2 + x · 3 where both are dense layers of constants.
    private func branches() throws -> Model {
        let x = Input(shape: [1], name: "x")
        let left = try Dense(1, useBias: false, kernelInitializer: .constant(2), name: "left")(x)
        let right = try Dense(1, useBias: false, kernelInitializer: .constant(3), name: "right")(x)
        return try Model(inputs: x, outputs: Sum(name: "sum")([left, right]), name: "branches")
    }

    private final class Sum: Layer {
        override func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
            [inputs.dropFirst().reduce(inputs[0]) { $0 + $1 }]
        }
    }

    @Test(arguments: ["cpu", "opencl"]) func addsBranches(device: String) throws {
        try withDevice(device) {
            let model = try branches()
            let x = Tensor([[1], [2], [-1]] as [[Float]])
            #expect(try model(x).scalars(as: Float.self) == [5, 10, -5])
            #expect(try model.predict(x, batchSize: 2, verbose: 0).scalars(as: Float.self) == [5, 10, -5])
            #expect(model.className == "Functional")
            #expect(model.layers.map(\.name) == ["x", "left", "right", "sum"])
            // d/dw of ((w₁ + w₂) x - 6 x)² = -2 x² at 5: both weights take the same step.
            model.compile(optimizer: .sgd(learningRate: 0.25), loss: .meanSquaredError)
            try model.fit(x, x * 6, batchSize: 3, verbose: 0)
            let change: Float = 0.25 * 2 * (1 + 4 + 1) / 3
            #expect(try model.weights.map { try $0.value.item(as: Float.self) } == [2 + change, 3 + change])
        }
    }

    @Test func shapesAreKnownAtOnce() throws {
        let image = Input(shape: [8, 8, 3])
        let x = try Conv2D(4, kernelSize: 3)(image)
        #expect(x.shape == [nil, 6, 6, 4])
        #expect(try Flatten()(x).shape == [nil, 144])
        #expect(Input(shape: [2], batchSize: 7).shape == [7, 2])
        expectError(.argument, at: "Dense", found: "units 0") { _ = try Model(inputs: image, outputs: Dense(0)(image)) }
    }

    /// A layer called twice has its weights once, and both calls count for the gradient.
    @Test func layersAreShared() throws {
        let (a, b) = (Input(shape: [1], name: "a"), Input(shape: [1], name: "b"))
        let twice = Dense(1, useBias: false, kernelInitializer: .constant(2), name: "twice")
        let model = try Model(inputs: [a, b], outputs: Sum()([twice(a), twice(b)]))
        #expect(model.weights.count == 1 && model.countParams() == 1)
        let (x, y) = (Tensor([[1], [2]] as [[Float]]), Tensor([[3], [5]] as [[Float]]))
        #expect(try model([x, y]).scalars(as: Float.self) == [8, 14])
        model.compile(optimizer: .sgd(learningRate: 1), loss: .meanAbsoluteError)
        try model.fit([x, y], [Tensor.zeros([2, 1], .float32)], verbose: 0)
        // d/dw mean |w (a + b)| = (4 + 7) / 2.
        #expect(try model.weights[0].value.item(as: Float.self) == 2 - 5.5)
    }

    @Test func operatorsAreLayers() throws {
        let (a, b) = (Input(shape: [2]), Input(shape: [2]))
        let sum = try a + b
        let model = try Model(inputs: [a, b], outputs: try (sum * b - a).map { -$0.square() })
        let (x, y) = (Tensor([[1, 2]] as [[Float]]), Tensor([[3, 0]] as [[Float]]))
        // (1 + 3) 3 - 1 = 11, (2 + 0) 0 - 2 = -2
        #expect(try model([x, y]).scalars(as: Float.self) == [-121, -4])
        #expect(model.layers.contains { $0 is Add } && model.layers.contains { $0 is Lambda })
    }

    @Test func severalResults() throws {
        let x = Input(shape: [2])
        let hidden = try Dense(3, activation: .tanh)(x)
        let ends: [SymbolicTensor] = [try Dense(1, name: "score")(hidden), try Dense(2, name: "kind")(hidden)]
        let model = try Model(inputs: x, outputs: ends)
        #expect(model.outputNames == ["score", "kind"])
        let data = Tensor.randomUniform([6, 2])
        #expect(try model.predict([data], verbose: 0).map(\.shape) == [[6, 1], [6, 2]])
        model.compile(
            optimizer: .adam(), losses: [.meanSquaredError, .meanAbsoluteError], lossWeights: [0.5, 2],
            metrics: [[.mae], []])
        let targets = [Tensor.zeros([6, 1], .float32), Tensor.ones([6, 2], .float32)]
        let result = try model.evaluate([data], targets, verbose: 0)
        #expect(result.names == ["loss", "score_loss", "kind_loss", "score_mae"])
        try model.compile(
            losses: ["kind": .meanAbsoluteError, "score": .meanSquaredError], lossWeights: ["score": 0.5, "kind": 2],
            metrics: ["score": [.mae]])
        #expect(try model.evaluate([data], targets, verbose: 0).values == result.values)
        expectError(.name, found: "\"other\"", expected: "score, kind") { try model.compile(losses: ["other": .mse]) }
        expectError(.argument, found: "no loss for kind") { try model.compile(losses: ["score": .mse]) }
        let parts = (try #require(result["score_loss"]), try #require(result["kind_loss"]))
        #expect(abs(result.loss - (0.5 * parts.0 + 2 * parts.1)) < 1e-6)
    }

    /// What the tutorials do to picture a convolution: a model that ends at an inner layer.
    @Test func subModelsReadInnerLayers() throws {
        let model = Sequential([
            Input(shape: [6, 6, 1]), Conv2D(2, kernelSize: 3, activation: .relu, name: "filters"), Flatten(), Dense(3),
        ])
        let inner = try Model(inputs: model.inputs, outputs: model.getLayer(named: "filters").output)
        let x = Tensor.randomUniform([2, 6, 6, 1])
        let want = try model.layers[0](x)
        #expect(try inner.predict(x, verbose: 0).scalars(as: Float.self) == want.scalars(as: Float.self))
        #expect(inner.weights.map(\.name) == ["filters/kernel", "filters/bias"])
        // From an inner tensor on.
        let tail = try Model(inputs: model.getLayer(named: "filters").output, outputs: model.output)
        #expect(try tail(want).scalars(as: Float.self) == model(x).scalars(as: Float.self))
    }

    /// Load, drop the head, freeze, add, train: the base keeps its weights.
    @Test func transferLearning() throws {
        let base = Sequential([Input(shape: [3]), Dense(4, activation: .relu, name: "base"), Dense(2, name: "head")])
        base.pop()
        base.trainable = false
        let x = Input(shape: [3])
        let model = try Model(inputs: x, outputs: Dense(1, name: "new")(base(x, training: false)))
        #expect(model.trainableWeights.map(\.name) == ["new/kernel", "new/bias"])
        #expect(model.nonTrainableWeights.map(\.name) == ["base/kernel", "base/bias"])
        let before = try base.weights[0].value.scalars(as: Float.self)
        model.compile(optimizer: .sgd(learningRate: 0.1), loss: .meanSquaredError)
        let data = Tensor.randomUniform([8, 3])
        try model.fit(data, data.sum(axis: -1), epochs: 2, verbose: 0)
        #expect(try base.weights[0].value.scalars(as: Float.self) == before)
        base.trainable = true
        #expect(base.layers[0].trainable)
        model.compile(optimizer: .sgd(learningRate: 0.1), loss: .meanSquaredError)
        try model.fit(data, data.sum(axis: -1), epochs: 2, verbose: 0)
        #expect(try base.weights[0].value.scalars(as: Float.self) != before)
    }

    @Test func configurationGoesRound() throws {
        let (a, b) = (Input(shape: [3], name: "a"), Input(shape: [3], name: "b"))
        let shared = Dense(3, activation: .tanh, name: "shared")
        let inner = Sequential([Input(shape: [3]), Dense(2, name: "deep")], name: "inner")
        let ends: [SymbolicTensor] = [
            try inner(shared(a), training: false), try Activation(.relu, name: "last")(shared(shared(b))),
        ]
        let model = try Model(inputs: [a, b], outputs: ends, name: "m")
        let twin = try Model.functional(config: model.config)
        #expect(twin.config == model.config)
        #expect(twin.layers.map(\.name) == model.layers.map(\.name))
        let clone = try cloneModel(model)
        #expect(clone.config == model.config)
        let data = [Tensor.randomUniform([4, 3]), Tensor.randomUniform([4, 3])]
        let want = try (model(data) as [Tensor]).map { try $0.scalars(as: Float.self) }
        for other in [twin, clone] {
            try other.setWeights(model.getWeights())
            #expect(try (other(data) as [Tensor]).map { try $0.scalars(as: Float.self) } == want)
        }
    }

    @Test func whatDoesNotFit() throws {
        let (a, b) = (Input(shape: [3], name: "a"), Input(shape: [3], name: "b"))
        let joined = try Sum()([a, b])
        expectError(.argument, found: "depends on \"b\"", expected: "inputs [\"a\"]") {
            _ = try Model(inputs: a, outputs: joined)
        }
        expectError(.argument, expected: "at least one of each") { _ = try Model(inputs: [], outputs: [a]) }
        let (first, second) = (Dense(2, name: "same"), Dense(2, name: "same"))
        expectError(.name, found: "two layers named \"same\"") { _ = try Model(inputs: a, outputs: second(first(a))) }
        let model = try Model(inputs: a, outputs: first(a))
        expectError(.shape, at: "layer a (InputLayer)", found: "(2, 4)", expected: "(batch, 3)") {
            _ = try model(Tensor.ones([2, 4], .float32))
        }
        expectError(.shape, found: "2 inputs", expected: "1: a") {
            _ = try model([Tensor.ones([2, 3], .float32), .ones([2], .float32)])
        }
        expectError(.name, found: "\"other\"", expected: "a, same") { _ = try model.getLayer(named: "other") }
        expectError(.state, found: "not part of a model") { _ = try Dense(1).output }
    }
}
