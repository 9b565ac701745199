import Foundation
import Ibex

/// Two ways to make the learning rate smaller while a network is trained: by a schedule, which keeps it for some epochs
/// and lets it decay then, and where the loss on images kept for validation no longer falls.
///
/// - Returns: what the epochs of both trainings came to.
@discardableResult
func learningRates(
    _ images: DigitImages, epochs: Int, verbose: Verbosity = .auto
) throws -> (scheduled: History, reduced: History) {
    let pixels = images.train.x.shape[1] * images.train.x.shape[2]
    let x = images.train.x.reshaped(-1, pixels).cast(to: .float32) / images.brightest
    func train(_ callback: Callback) throws -> History {
        let model = Sequential([
            Input(shape: [pixels]),
            Dense(64, activation: .relu),
            Dense(10, activation: .softmax),
        ])
        model.compile(
            optimizer: .sgd(learningRate: 0.5), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
        return try model.fit(
            x, images.train.y, batchSize: 32, epochs: epochs, verbose: verbose, callbacks: [callback],
            validationSplit: 0.2)
    }

    let scheduled = try train(
        LearningRateScheduler({ epoch, rate in epoch < epochs / 2 ? rate : rate * exp(-0.1) }, verbose: 1))
    print("by schedule:", scheduled["learning_rate"])
    let reduced = try train(
        ReduceLROnPlateau(monitor: "val_loss", factor: 0.2, patience: 2, verbose: 1, mode: .min, minLR: 0.001))
    print("on plateaus:", reduced["learning_rate"])
    return (scheduled, reduced)
}
