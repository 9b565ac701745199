import IbexGraph
import IbexModels
import IbexRuntime
import Testing

/// What `fit` hands to the bar.
@Suite struct ProgbarLoggerTests {
    /// The names in the finished line of an epoch, in their order, and what was printed.
    private func names(_ style: ProgressStyle, metrics: [Metric]) throws -> (names: [String], printed: String) {
        try withDevice("cpu") {
            let model = Sequential([Input(shape: [1]), Dense(1, kernelInitializer: .ones)])
            model.compile(optimizer: .sgd(), loss: .meanSquaredError, metrics: metrics)
            let x = Tensor(shape: [4, 1], scalars: [0, 1, 2, 3] as [Float])
            let listener = Listener()
            // Given first, it is told last all the same.
            let callbacks = [ProgbarLogger(style: style), LearningRateScheduler({ $1 }, verbose: 1)]
            try listener.listen {
                try model.fit(
                    x, x, batchSize: 2, verbose: 2, callbacks: callbacks, validationData: (x[..<2], x[..<2]))
            }
            let line = listener.printed.split(separator: "\n").last ?? ""
            let parts = line.split(separator: "-").filter { $0.contains(":") }
            return (parts.map { String($0.split(separator: ":")[0].dropFirst()) }, listener.printed)
        }
    }

    /// Keras 3 shows values by name, those of validation behind them, and then what callbacks added.
    @Test func keras3Order() throws {
        let (names, printed) = try names(.keras3, metrics: [.mae, .accuracy])
        #expect(
            names == ["accuracy", "loss", "mae", "val_accuracy", "val_loss", "val_mae", "learning_rate"], "\(printed)")
        #expect(printed.hasPrefix("\nEpoch 1: LearningRateScheduler setting"))
        // A name behind `val_` in the alphabet stands before the values of validation.
        let late = try self.names(.keras3, metrics: [LossMetric(.meanAbsoluteError, name: "z")]).names
        #expect(late == ["loss", "z", "val_loss", "val_z", "learning_rate"])
    }

    /// Keras 2 shows the loss first and metrics as they were given to `compile`.
    @Test func keras2Order() throws {
        let (names, printed) = try names(.keras2, metrics: [.mae, .accuracy])
        #expect(
            names == ["loss", "mae", "accuracy", "val_loss", "val_mae", "val_accuracy", "learning_rate"], "\(printed)")
        #expect(printed.hasSuffix("s/step\n") && printed.contains("s/epoch - "))
    }
}
