import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// What bad input to a model gets: an error that says what and where, before any device work.
@Suite struct FitErrorTests {
    let x = Tensor.zeros([8, 4], .float32)
    let y = Tensor.zeros([8, 3], .float32)
    let labels = Tensor([0, 1, 2, 0, 1, 2, 0, 1] as [Int32])

    private func model(_ loss: Loss = .categoricalCrossentropy, metrics: [Metric] = []) -> Sequential {
        let model = Sequential([Dense(3, activation: .softmax, name: "out")], name: "net")
        model.compile(optimizer: .sgd(), loss: loss, metrics: metrics)
        return model
    }

    @Test func notCompiled() {
        let model = Sequential([Dense(3)], name: "net")
        expectError(.state, at: "fit of net", found: "not compiled", remedy: "compile") { try model.fit(x, y) }
        expectError(.state, at: "evaluate of net", found: "not compiled") { try model.evaluate(x, y) }
    }

    @Test func labelsOutOfRange() {
        let model = model(.sparseCategoricalCrossentropy)
        let wrong = Tensor([0, 1, 2, 3, 1, 2, 0, 1] as [Int32])
        expectError(.data, found: "label 3 in y, sample 3", expected: "0 to 2") { try model.fit(x, wrong, verbose: 0) }
        let negative = Tensor([0, 1, 2, 0, 1, -1, 0, 1] as [Float])
        expectError(.data, found: "label -1 in y, sample 5") { try model.evaluate(x, negative, verbose: 0) }
        let fraction = Tensor([0, 1, 0.5, 0, 1, 2, 0, 1] as [Float])
        expectError(.data, found: "label 0.5 in y, sample 2") { try model.fit(x, fraction, verbose: 0) }
    }

    @Test func mismatchedCounts() {
        expectError(.data, found: "8 samples in x and 7 in y") {
            try model().fit(x, Tensor.zeros([7, 3], .float32), verbose: 0)
        }
        expectError(.data, found: "8 samples in x and 2 in sample weights") {
            try model().fit(x, y, verbose: 0, sampleWeight: Tensor([1, 1] as [Float]))
        }
    }

    @Test func notANumber() {
        var scalars = [Float](repeating: 0, count: 24)
        scalars[13] = .nan
        let targets = Tensor(shape: [8, 3], scalars: scalars)
        expectError(.data, at: "fit of net", found: "NaN in y, sample 4") { try model().fit(x, targets, verbose: 0) }
    }

    @Test func emptyData() {
        let none = Tensor.zeros([0, 4], .float32)
        expectError(.data, found: "empty data set") {
            try model().fit(none, Tensor.zeros([0, 3], .float32), verbose: 0)
        }
        expectError(.data, found: "empty data set") { _ = try model().predict(none, verbose: 0) }
    }

    @Test func batchSizeZero() {
        expectError(.argument, found: "batch size 0") { try model().fit(x, y, batchSize: 0, verbose: 0) }
        expectError(.argument, found: "batch size -1") { _ = try model().predict(x, batchSize: -1, verbose: 0) }
    }

    @Test func validationSplit() {
        expectError(.argument, found: "validation split 1.0") { try model().fit(x, y, verbose: 0, validationSplit: 1) }
        expectError(.data, found: "8 samples with validation split 0.95") {
            try model().fit(x, y, verbose: 0, validationSplit: 0.95)
        }
    }

    @Test func targetsOfAnotherShape() {
        expectError(.shape, at: "categorical_crossentropy", found: "(8,)", remedy: "sparseCategoricalCrossentropy") {
            try model().fit(x, labels, verbose: 0)
        }
        expectError(.shape, at: "sparse_categorical_crossentropy", found: "(8, 3)", remedy: "categoricalCrossentropy") {
            try model(.sparseCategoricalCrossentropy).fit(x, y, verbose: 0)
        }
        expectError(.shape, at: "mean_squared_error", expected: "(8, 3)") {
            try model(.meanSquaredError).fit(x, Tensor.zeros([8, 2], .float32), verbose: 0)
        }
    }

    @Test func inputsOfAnotherShape() throws {
        let model = Sequential([Input(shape: [4]), Dense(3, activation: .softmax, name: "out")], name: "net")
        model.compile(optimizer: .sgd(), loss: .categoricalCrossentropy)
        expectError(.shape, at: "input_layer", found: "(8, 5)", expected: "(batch, 4)") {
            try model.fit(Tensor.zeros([8, 5], .float32), y, verbose: 0)
        }
        let later = self.model()
        try later.fit(x, y, verbose: 0)
        expectError(.shape, at: "layer out (Dense)", found: "(8, 5)", expected: "4 in the last axis") {
            _ = try later.predict(Tensor.zeros([8, 5], .float32), verbose: 0)
        }
    }

    @Test func layerArguments() {
        func build(_ layer: Layer, _ shape: Shape) throws { try layer.buildIfNeeded([shape]) }
        expectError(.argument, at: "Dense", found: "units 0") { try build(Dense(0), [1, 4]) }
        expectError(.argument, at: "Dropout", found: "rate 1.5") { try build(Dropout(1.5), [1, 4]) }
        expectError(.argument, at: "Conv2D", found: "[1, 2, 3]") {
            try build(Conv2D(4, kernelSize: [1, 2, 3]), [1, 8, 8, 1])
        }
        expectError(.argument, at: "Conv2D", found: "5 filters in 2 groups") {
            try build(Conv2D(5, kernelSize: 3, groups: 2), [1, 8, 8, 2])
        }
        expectError(.argument, at: "Conv2D", found: "strides [2, 2] with dilation [2, 2]") {
            try build(Conv2D(4, kernelSize: 3, strides: 2, dilationRate: 2), [1, 8, 8, 2])
        }
        expectError(.shape, at: "Conv2D", found: "(1, 4)", expected: "four axes") {
            try build(Conv2D(4, kernelSize: 3), [1, 4])
        }
        expectError(.shape, at: "MaxPooling2D", expected: "at least 3 rows") {
            try build(MaxPooling2D(3), [1, 2, 8, 1])
        }
        expectError(.shape, at: "Reshape", found: "(1, 7)") { try build(Reshape([2, -1]), [1, 7]) }
        expectError(.argument, at: "Reshape", found: "[-1, -1]") { try build(Reshape([-1, -1]), [1, 8]) }
    }

    @Test func modelArguments() {
        let twins = Sequential([Dense(3, name: "a"), Dense(3, name: "a")], name: "net")
        twins.compile(optimizer: .sgd(), loss: .meanSquaredError)
        expectError(.name, found: "two layers named \"a\"") { try twins.fit(x, y, verbose: 0) }
        let empty = Sequential(name: "none")
        empty.compile(optimizer: .sgd(), loss: .meanSquaredError)
        expectError(.state, found: "without layers") { try empty.fit(x, y, verbose: 0) }
        let clipped = model()
        clipped.compile(
            optimizer: .adam(clipNorm: 1, clipValue: 1), loss: .categoricalCrossentropy)
        expectError(.argument, found: "clipnorm 1.0, clipvalue 1.0") { try clipped.fit(x, y, verbose: 0) }
        expectError(.shape, found: "1 weights", expected: "2") {
            let model = Sequential([Input(shape: [4]), Dense(3)])
            try model.setWeights([y])
        }
    }

    @Test func unknownNames() {
        expectError(.name, at: "optimizer", found: "adamm", expected: "adam") { _ = try Optimizer.named("adamm") }
        expectError(.name, at: "loss", found: "mze", expected: "mse") { _ = try Loss("mze") }
        expectError(.name, at: "metric", found: "acuracy") { _ = try Metric.named("acuracy") }
        expectError(.name, at: "activation", found: "rellu", expected: "relu") { _ = try ActivationFunction("rellu") }
        expectError(.name, at: "initializer", found: "glorot") { _ = try Initializer("glorot") }
        expectError(.name, at: "regularizer", found: "l1_l2") { _ = try Regularizer("l1_l2") }
        expectError(.name, at: "layer", found: "Dens") { _ = try LayerRegistry.layer("Dens", config: [:]) }
    }
}
