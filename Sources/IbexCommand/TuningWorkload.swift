import Ibex

/// What `ibex tune` tunes where nothing else is asked for: one training step of each reference workload.
struct TuningWorkload: Sendable {
    let name: String
    let batchSize: Int
    let input: Shape
    let layers: @Sendable () -> [Layer]

    static let reference = [
        TuningWorkload(name: "mlp-10", batchSize: 100, input: [784]) {
            [Dense(10, activation: .sigmoid), Dense(10, activation: .softmax)]
        },
        TuningWorkload(name: "mlp-20-15-l2", batchSize: 128, input: [784]) {
            [Dense(20, activation: .relu), Dense(15, activation: .relu), Dense(10, activation: .softmax)]
        },
        TuningWorkload(name: "mlp-784", batchSize: 128, input: [784]) {
            [Dense(784, activation: .relu), Dense(10, activation: .softmax)]
        },
        TuningWorkload(name: "mlp-784-adam", batchSize: 256, input: [784]) {
            [Dense(784, activation: .relu), Dense(10, activation: .softmax)]
        },
        TuningWorkload(name: "cnn-32", batchSize: 128, input: [28, 28, 1]) {
            [Conv2D(32, kernelSize: 3, activation: .relu), MaxPooling2D(2), Flatten(), Dense(10, activation: .softmax)]
        },
        TuningWorkload(name: "cnn-32-64", batchSize: 128, input: [28, 28, 1]) {
            [
                Conv2D(32, kernelSize: 3, activation: .relu), Conv2D(64, kernelSize: 3, activation: .relu),
                MaxPooling2D(2), Flatten(), Dense(128, activation: .relu), Dense(10, activation: .softmax),
            ]
        },
    ]

    /// Trains for one step on the current device.
    func run() throws {
        let model = Sequential([InputLayer(shape: input.extents)] + layers())
        model.compile(optimizer: .sgd(), loss: .categoricalCrossentropy)
        let x = Tensor.zeros(Shape([batchSize] + input.extents))
        try model.fit(x, Tensor.zeros([batchSize, 10]), batchSize: batchSize, epochs: 1, verbose: 0)
    }
}
