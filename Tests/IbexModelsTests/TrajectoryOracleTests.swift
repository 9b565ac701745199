import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Whole training runs against Keras: the loss of each epoch and the weights at the end.
@Suite(.serialized) struct TrajectoryOracleTests {
    static let names = ["mlp_adam", "cnn_sgd_momentum", "cnn_rmsprop", "cnn_batchnorm_sgd", "mlp_short_last_batch"]

    @Test(arguments: ["cpu", "opencl"], names) func agreesWithKeras(device: String, name: String) throws {
        let run = try #require(try OracleTrajectory.all().first { $0.name == name })
        try withDevice(device) {
            let model = try Sequential(config: try #require(ConfigValue(run.model).object))
            try model.setWeights(try run.weights.indices.map { try run.values("initial.\($0)").tensor })
            model.compile(
                optimizer: try Optimizer.configured(ConfigValue(run.optimizer)), loss: try Loss(run.loss),
                metrics: [.accuracy])
            let x = try run.values("x").tensor.cast(to: .float32) / 255
            let history = try model.fit(
                x, try run.values("y").tensor, batchSize: run.batch,
                epochs: try #require(run.fields["epochs_in_fit"]?.int), verbose: 0, shuffle: false)
            for (index, want) in try run.values("epoch_loss").scalars.enumerated() {
                let got = history["loss"][index]
                #expect(abs(got - want) <= run.lossBound * abs(want), "epoch \(index): \(got), Keras \(want)")
            }
            for (index, want) in try run.values("epoch_accuracy").scalars.enumerated() {
                // One row may fall to the other side where two classes are level.
                #expect(abs(history["accuracy"][index] - want) <= 1.01 / Double(x.shape[0]))
            }
            for (index, weight) in model.weights.enumerated() {
                let want = try run.values("final.\(index)")
                let got = Values(want.shape, want.dtype, try weight.value.doubles())
                expectClose(got, want, .ofPeak(run.weightBound), "\(device), \(name), \(weight.name)")
            }
            let want = try run.values("prediction")
            let got = try model.predict(x[0..<want.shape[0]], verbose: 0)
            expectClose(Values(got.shape, want.dtype, try got.doubles()), want, .ofPeak(1e-4), "\(device), \(name)")
        }
    }
}
