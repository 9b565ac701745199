import Ibex
import IbexPictures

/// Some digits of MNIST where a folder has it, else those that travel with Ibex.
struct GalleryDigits {
    let name: String
    let side: Int
    /// Images (n, side, side, 1) from 0 to 1, classes (n,).
    let xTrain, yTrain, xTest, yTest: Tensor

    init() throws {
        if let (train, test) = try? MNIST.load(download: false) {
            (name, side) = ("MNIST", 28)
            (xTrain, xTest) = (try Self.scaled(train.x[..<6000], 255), try Self.scaled(test.x, 255))
            (yTrain, yTest) = (train.y[..<6000].cast(to: .int32), test.y.cast(to: .int32))
        } else {
            let (x, y) = try Digits.load()
            let parts = try trainTestSplit(x, y, testSize: 0.2, seed: 42)
            (name, side) = ("8x8 digits", 8)
            (xTrain, xTest) = (try Self.scaled(parts.0, 16), try Self.scaled(parts.1, 16))
            (yTrain, yTest) = (parts.2.cast(to: .int32), parts.3.cast(to: .int32))
        }
    }

    private static func scaled(_ images: Tensor, _ brightest: Double) throws -> Tensor {
        images.expandedDims(axis: -1).cast(to: .float32) / brightest
    }

    /// The first test image that is taken for another class; the first of all where there is none.
    func firstWrong(_ classes: Tensor) throws -> Int {
        let (truth, taken) = (try yTest.scalars(as: Int32.self), try classes.cast(to: .int32).scalars(as: Int32.self))
        return truth.indices.first { truth[$0] != taken[$0] } ?? 0
    }
}

/// Each of some digits against all others, threshold by threshold.
struct GalleryCurves {
    private(set) var roc: [Picture.Curve] = []
    private(set) var precisionRecall: [Picture.Curve] = []

    /// - Parameters:
    ///   - probabilities: (n, 10).
    ///   - labels: (n,).
    init(_ probabilities: Tensor, _ labels: Tensor) throws {
        let values = try probabilities.scalars(as: Float.self)
        let truth = try labels.scalars(as: Int32.self)
        for digit in [0, 1, 5, 8] {
            let ranked = truth.indices.sorted { values[10 * $0 + digit] > values[10 * $1 + digit] }
            let positives = Double(truth.count { $0 == digit })
            var (x, recall, precision) = ([0.0], [0.0], [1.0])
            var right = 0.0
            for (rank, sample) in ranked.enumerated() {
                right += truth[sample] == digit ? 1 : 0
                x.append((Double(rank + 1) - right) / (Double(truth.count) - positives))
                recall.append(right / positives)
                precision.append(right / Double(rank + 1))
            }
            roc.append(.init(name: String(digit), x: x, y: recall))
            precisionRecall.append(.init(name: String(digit), x: recall, y: precision))
        }
    }
}
