import IbexGraph
import IbexModels
import IbexRuntime
import Testing

/// Metrics inside the compiled step.
@Suite(.serialized) struct MetricFitTests {
    private let rows = 50
    private let classes = 4
    private var labels: [Int] { (0..<rows).map { ($0 * 7 + $0 / 3) % classes } }
    /// Numbers that differ from one another, spread over 0...1.
    private var scores: [[Float]] {
        (0..<rows).map { row in
            (0..<classes).map { column in Float((row * 37 + column * 53 + 11) % 211) / 211 }
        }
    }

    /// A model that hands its input on, so that what metrics see is known.
    private func model(_ metrics: [Metric]) -> Sequential {
        let model = Sequential([Input(shape: [classes]), Activation(.linear)])
        model.compile(optimizer: .sgd(), loss: .meanSquaredError, metrics: metrics)
        return model
    }

    private var target: Tensor {
        Tensor(labels.map { label in (0..<classes).map { $0 == label ? 1 : 0 as Float } })
    }

    /// Steps of 16 rows and a last one of 2; every number worked out here from all rows at once.
    @Test(arguments: ["cpu", "opencl"]) func loggedNumbers(device: String) throws {
        try withDevice(device) {
            let model = model([
                .auc(name: "auc"), .precision(name: "precision"), .topKCategoricalAccuracy(k: 3, name: "top"),
                .f1Score(threshold: 0.5, name: "f1"), .recall(thresholds: [0.25, 0.75], name: "recall"),
            ])
            let result = try model.evaluate(Tensor(scores), target, batchSize: 16, verbose: 0)
            let pairs = zip(scores, labels).flatMap { row, label in
                row.enumerated().map { (score: Double($1), isPositive: $0 == label) }
            }
            func share(above threshold: Double, positive: Bool) -> Double {
                Double(pairs.filter { $0.isPositive == positive && $0.score > threshold }.count)
            }
            let (positives, negatives) = (Double(rows), Double(rows * (classes - 1)))
            func near(_ name: String, _ want: Double) {
                #expect(abs((result[name] ?? .nan) - want) < 1e-5, "\(name): \(result[name] ?? .nan), expected \(want)")
            }
            let hits = share(above: 0.5, positive: true)
            near("precision", hits / (hits + share(above: 0.5, positive: false)))
            let top = zip(scores, labels).filter { row, label in row.filter { $0 > row[label] }.count < 3 }.count
            near("top", Double(top) / Double(rows))
            let curve = (0..<200).map { step -> (x: Double, y: Double) in
                let threshold = step == 0 ? -1 : step == 199 ? 2 : Double(step) / 199
                return (
                    share(above: threshold, positive: false) / negatives,
                    share(above: threshold, positive: true) / positives
                )
            }
            near("auc", zip(curve, curve.dropFirst()).reduce(0) { $0 + ($1.0.x - $1.1.x) * ($1.0.y + $1.1.y) / 2 })
            let recalls = [0.25, 0.75].map { share(above: $0, positive: true) / positives }
            near("recall", (recalls[0] + recalls[1]) / 2)
            near("recall[0]", recalls[0])
            near("recall[1]", recalls[1])
            let f1 = (0..<classes).map { column -> Double in
                let (hits, extra, missed) = zip(scores, labels).reduce(into: (0.0, 0.0, 0.0)) { counts, pair in
                    switch (pair.0[column] > 0.5, pair.1 == column) {
                    case (true, true): counts.0 += 1
                    case (true, false): counts.1 += 1
                    case (false, true): counts.2 += 1
                    case (false, false): break
                    }
                }
                return 2 * hits / (2 * hits + extra + missed)
            }
            near("f1", f1.reduce(0, +) / Double(classes))
            for column in 0..<classes { near("f1[\(column)]", f1[column]) }
        }
    }

    /// Each epoch starts anew, and validation has a state of its own.
    @Test(arguments: ["cpu", "opencl"]) func historyOfTraining(device: String) throws {
        try withDevice(device) {
            let layer = Dense(classes, activation: .softmax, kernelInitializer: .zeros)
            let model = Sequential([Input(shape: [classes]), layer])
            let metrics: [Metric] = [.auc(name: "auc"), .f1Score(name: "f1"), .r2Score()]
            model.compile(optimizer: .sgd(learningRate: 0), loss: .categoricalCrossentropy, metrics: metrics)
            let x = Tensor(scores)
            let history = try model.fit(
                x, target, batchSize: 16, epochs: 2, verbose: 0, validationData: (x, target))
            let names = ["auc", "f1", "f1[0]", "f1[1]", "f1[2]", "f1[3]", "loss", "r2_score"]
            #expect(history.keys == names + names.map { "val_\($0)" })
            for name in names where name != "loss" {
                #expect(history[name][0] == history[name][1], "\(name)")
                #expect(abs(history[name][0] - history["val_\(name)"][0]) < 1e-5, "\(name)")
            }
            // All classes alike: no threshold tells them apart.
            #expect(abs(history["auc"][0] - 0.5) < 1e-6)
        }
    }

    /// A metric with one state for each class waits for the shapes, even behind a prediction.
    @Test func predictionsBeforeTraining() throws {
        try withDevice("cpu") {
            let model = model([.f1Score(average: .macro), AUC(multiLabel: true, name: "auc")])
            _ = try model.predict(Tensor(scores), verbose: 0)
            let result = try model.evaluate(Tensor(scores), target, verbose: 0)
            #expect(result.names == ["loss", "f1_score", "auc"])
            #expect((result["f1_score"] ?? 0) > 0)
        }
    }

    /// A metric adds few launches to a step, however many thresholds it has.
    @Test(arguments: ["cpu", "opencl"]) func launches(device: String) throws {
        try withDevice(device) {
            func count(_ metrics: [Metric]) throws -> Int {
                let model = Sequential([Input(shape: [classes]), Dense(classes, activation: .sigmoid)])
                model.compile(optimizer: .sgd(), loss: .binaryCrossentropy, metrics: metrics)
                try model.fit(Tensor(scores), target, batchSize: rows, verbose: 0)
                return try #require(model.trainingSteps.first).executable.launchCount
            }
            let none = try count([])
            let costs = try [
                .precision(), .recall(thresholds: [0.2, 0.5, 0.8]), .auc(), .f1Score(), .topKCategoricalAccuracy(k: 2),
                .meanIoU(numClasses: 4, sparseTargets: false, sparsePredictions: false),
            ].map { (metric: Metric) in try count([metric]) - none }
            print("launches of metrics on \(device): \(costs)")
            #expect(costs.allSatisfy { $0 <= 5 }, "\(costs)")
        }
    }
}
