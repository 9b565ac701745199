import IbexGraph
import IbexModels
import IbexRuntime

/// The model that soaked trainings train, compiled, and its digits: the same weights and the same chance in every process.
func digitsTraining() throws -> (model: Sequential, x: Tensor, y: Tensor) {
    setRandomSeed(11)
    let (x, y) = try Digits.load()
    let model = Sequential([
        Input(shape: [8, 8]), Flatten(), Dense(64, activation: .relu), Dropout(0.2), Dense(10, activation: .softmax),
    ])
    model.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
    return (model, x.cast(to: .float32) / 16, y)
}
