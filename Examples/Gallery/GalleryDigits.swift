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
    let roc: [Picture.Curve]
    let precisionRecall: [Picture.Curve]

    /// - Parameters:
    ///   - probabilities: (n, 10).
    ///   - labels: (n,).
    init(_ probabilities: Tensor, _ labels: Tensor) throws {
        let digits = [0, 1, 5, 8]
        roc = try digits.map { digit in
            let curve = try rocCurve(labels, probabilities, positive: digit)
            return .init(name: String(digit), x: curve.falsePositiveRates, y: curve.truePositiveRates)
        }
        precisionRecall = try digits.map { digit in
            let curve = try precisionRecallCurve(labels, probabilities, positive: digit)
            return .init(name: String(digit), x: curve.recalls, y: curve.precisions)
        }
    }
}
