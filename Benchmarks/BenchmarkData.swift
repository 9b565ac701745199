import Ibex

/// The data that a workload trains and is tested on: pixels from 0 to 1 as `float32`, classes as one-hot rows. The
/// pixels are not computed: `fit` casts and scales them batch by batch.
struct BenchmarkData {
    let train, test: (x: Tensor, y: Tensor)

    /// - Parameters:
    ///   - samples: the most rows to train on.
    ///   - mnist: the folder of MNIST, for a workload that needs it.
    init(_ workload: Workload, samples: Int?, mnist: String?) throws {
        let rows = min(samples ?? .max, workload.rows)
        let parts: MNIST.Tensors
        let brightest: Double
        switch workload.data {
        case .mnist:
            parts = try mnist.map { try MNIST.load(from: $0) } ?? MNIST.load(download: false)
            brightest = 255
        case .digits:
            let (x, y) = try Digits.load()
            parts = ((x[..<workload.rows], y[..<workload.rows]), (x[workload.rows...], y[workload.rows...]))
            brightest = 16
        }
        train = try workload.prepared((parts.train.x[..<rows], parts.train.y[..<rows]), brightest: brightest)
        test = try workload.prepared(parts.test, brightest: brightest)
    }
}

extension Workload {
    /// Images as the model takes them, scaled to 0 to 1, and classes as one-hot rows.
    func prepared(_ part: (x: Tensor, y: Tensor), brightest: Double) throws -> (x: Tensor, y: Tensor) {
        let images = part.x.cast(to: .float32) / brightest
        let x = isFlat ? images.reshaped(images.shape[0], -1) : images.expandedDims(axis: -1)
        return (x, try toCategorical(part.y, numClasses: 10))
    }
}
