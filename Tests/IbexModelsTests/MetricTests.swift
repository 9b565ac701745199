import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Metrics beyond the oracle's cases: numbers that Keras 3.15.1 gave for the same data, names, errors, resetting.
@Suite(.serialized) struct MetricTests {
    private var y: Tensor { Tensor([0, 1, 1, 0, 1, 0, 1] as [Float]) }
    private var p: Tensor { Tensor([0.1, 0.9, 0.35, 0.4, 0.8, 0.62, 0.55] as [Float]) }
    private var rows: Tensor { Tensor([[1, 0, 1], [0, 1, 1], [1, 1, 0], [0, 0, 1]] as [[Float]]) }
    private var scores: Tensor {
        Tensor(
            [[0.9, 0.2, 0.45], [0.35, 0.7, 0.6], [0.31, 0.8, 0.5], [0.6, 0.4, 0.32]] as [[Float]])
    }
    private var weights: Tensor { Tensor([1, 2, 0.5, 1.5] as [Float]) }

    private func expectResults(
        _ metric: Metric, _ y: Tensor, _ p: Tensor, _ weights: Tensor?, _ want: [Double],
        location: SourceLocation = #_sourceLocation
    ) throws {
        try metric.updateState(y, p, sampleWeight: weights)
        let got = try metric.results()
        #expect(got.count == want.count, sourceLocation: location)
        for (a, b) in zip(got, want) { #expect(abs(a - b) < 1e-6, "\(got)", sourceLocation: location) }
    }

    @Test(arguments: ["cpu", "opencl"]) func areas(device: String) throws {
        try PlainKernels.withDevice(device) {
            let factors = [0.2, 0.3, 0.5]
            try expectResults(AUC(numThresholds: 9, curve: .prGain), y, p, nil, [0.5308641791])
            try expectResults(AUC(labelWeights: factors), rows, scores, weights, [0.7121211886])
            try expectResults(AUC(multiLabel: true, labelWeights: factors), rows, scores, weights, [0.6555555463])
            try expectResults(AUC(thresholds: [0.5], multiLabel: true), rows, scores, weights, [0.7804233432])
            try expectResults(AUC(thresholds: [0.4, 0.3], multiLabel: true), rows, scores, weights, [0.6507936716])
            try expectResults(
                AUC(thresholds: [0.3, 0.4], multiLabel: true, labelWeights: factors), rows, scores, weights,
                [0.5904762149])
        }
    }

    @Test(arguments: ["cpu", "opencl"]) func others(device: String) throws {
        try PlainKernels.withDevice(device) {
            try expectResults(SensitivityAtSpecificity(0.5, numThresholds: 1), y, p, nil, [0.75])
            try expectResults(
                Precision(thresholds: [0.2, 0.6], topK: 2, classID: 1), rows, scores, weights, [0.625, 1])
            let (labels, guesses) = (Tensor([0, 1, 2, 1, 0, 4] as [Int32]), Tensor([0, 1, 1, 2, 1, 0] as [Int32]))
            try expectResults(
                MeanIoU(numClasses: 3, ignoreClass: 2, dtype: .float32), labels, guesses,
                Tensor([1, 0.5, 1, 2, 1, 1] as [Float]), [0.2142857164])
            let ranked = Tensor([[2, 1, 0], [1, 2, 0], [0, 1, 2]] as [[Int32]])
            try expectResults(
                SparseTopKCategoricalAccuracy(k: 2, fromSortedIDs: true), Tensor([2, 0, 1] as [Int32]), ranked,
                Tensor([1, 2, 4] as [Float]), [0.7142857313])
            try expectResults(
                R2Score(numRegressors: 2), Tensor([[1], [4], [3], [2], [5]] as [[Float]]),
                Tensor([[1.5], [3.5], [3], [2.5], [4]] as [[Float]]), nil, [0.6499999762])
            let loss = Loss.sparseCategoricalCrossentropy(ignoreClass: 0)
            let chances = Tensor([[0.2, 0.5, 0.3], [0.1, 0.6, 0.3], [0.3, 0.3, 0.4]] as [[Float]])
            let classes = Tensor([0, 1, 2] as [Int32])
            try expectResults(LossMetric(loss), classes, chances, nil, [0.4757054746])
            try expectResults(LossMetric(loss), classes, chances, Tensor([1, 2, 3] as [Float]), [0.7541047335])
        }
    }

    /// Predictions that are no numbers lie above no threshold and are not among the best.
    @Test(arguments: ["cpu", "opencl"]) func notANumber(device: String) throws {
        try PlainKernels.withDevice(device) {
            let (y, p) = (Tensor([1, 0, 1] as [Float]), Tensor([.nan, .nan, 0.7] as [Float]))
            try expectResults(Recall(), y, p, nil, [0.5])
            try expectResults(TrueNegatives(), y, p, nil, [1])
            try expectResults(SpecificityAtSensitivity(0.5, numThresholds: 3), y, p, nil, [1])
            let broken = Tensor([[.nan, .nan, .nan], [0.1, 0.7, 0.2]] as [[Float]])
            try expectResults(SparseTopKCategoricalAccuracy(k: 2), Tensor([0, 2] as [Int32]), broken, nil, [0.5])
        }
    }

    @Test(arguments: ["cpu", "opencl"]) func matrixOfConfusion(device: String) throws {
        try PlainKernels.withDevice(device) {
            let (y, p) = (Tensor([0, 1, 1, 2, 3] as [Int32]), Tensor([0, 1, 0, -1, 1] as [Int32]))
            let matrix = try confusionMatrix(y, p, numClasses: 3, weights: Tensor([1, 2, 0.5, 1, 1] as [Float]))
            #expect(try matrix.scalars(as: Float.self) == [1, 0, 0, 0.5, 2, 0, 0, 0, 0])
        }
        expectError(.shape, at: "confusionMatrix", found: "(7,), (4,)") {
            _ = try confusionMatrix(y, weights, numClasses: 2)
        }
    }

    @Test func resetting() throws {
        try withDevice("cpu") {
            for metric in [.auc(), .precision(), .f1Score(), .meanIoU(numClasses: 2), .r2Score()] as [Metric] {
                try metric.updateState(rows, scores)
                let first = try metric.results()
                try metric.updateState(rows, 1 - scores)
                metric.resetState()
                try metric.updateState(rows, scores)
                #expect(try metric.results() == first, "\(metric.name)")
            }
        }
    }

    /// Several numbers have a mean, which `result()` is.
    @Test func meansOfSeveral() throws {
        try withDevice("cpu") {
            let metric = TruePositives(thresholds: [0.5, 0.85])
            try metric.updateState(y, p)
            #expect(try metric.results() == [3, 1])
            #expect(try metric.result() == 2)
        }
    }
}
