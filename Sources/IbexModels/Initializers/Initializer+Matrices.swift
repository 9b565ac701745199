import IbexGraph

extension Initializer {
    /// Ones on the diagonal of a matrix, zeros elsewhere.
    public static var identity: Initializer { identity() }

    /// `gain` on the diagonal of a matrix, zeros elsewhere; the matrix need not be square.
    ///
    /// - Precondition: the shape that values are asked for has two axes.
    public static func identity(gain: Double = 1) -> Initializer {
        // Keras leaves the gain out of the configuration; where it says something, it is written.
        Initializer("Identity", config: gain == 1 ? [:] : ["gain": .double(gain)]) { shape in
            shape.rank == 2 ? nil : .shape(shape, expected: "two axes")
        } values: { shape in
            let (rows, columns) = (shape[0], shape[1])
            return (0..<rows * columns).map { $0 / columns == $0 % columns ? gain : 0 }
        }
    }

    /// A random matrix with orthogonal rows or columns of length 1.
    public static var orthogonal: Initializer { orthogonal() }

    /// A random matrix with orthogonal rows or columns, whichever are fewer, of length `gain` (Saxe et al., 2013).
    ///
    /// A shape of more axes counts as a matrix of its last axis by all others. The matrix is the Q of the QR
    /// decomposition of normal numbers, with the diagonal of R positive: uniform among all such matrices.
    ///
    ///     Dense(64, kernelInitializer: .orthogonal(gain: 2.0.squareRoot(), seed: 7))
    ///
    /// - Precondition: the shape that values are asked for has at least two axes.
    public static func orthogonal(gain: Double = 1, seed: UInt64? = nil) -> Initializer {
        Initializer("Orthogonal", seed: seed, config: ["gain": .double(gain)]) { shape in
            shape.rank >= 2 ? nil : .shape(shape, expected: "at least two axes")
        } draw: { generator, shape in
            guard shape.elementCount > 0 else { return [] }
            let columns = shape[-1]
            let rows = shape.elementCount / columns
            let (count, length) = (min(rows, columns), max(rows, columns))
            var vectors = generator.normal(count * length, mean: 0, deviation: 1)
            vectors.withUnsafeMutableBufferPointer { orthonormalize($0, count: count, length: length) }
            return rows < columns
                ? vectors.map { $0 * gain }
                : (0..<rows * columns).map { vectors[$0 % columns * length + $0 / columns] * gain }
        }
    }

    /// Makes `count` vectors, one after another in memory, orthogonal to those before them, and of length 1.
    ///
    /// Each is freed of the others' shares twice: once is not enough in rounded numbers (Giraud et al., 2005).
    private static func orthonormalize(_ vectors: UnsafeMutableBufferPointer<Double>, count: Int, length: Int) {
        for index in 0..<count {
            let own = index * length
            func take(_ factor: Double, of other: Int) {
                for place in 0..<length { vectors[own &+ place] -= factor * vectors[other &+ place] }
            }
            func product(with other: Int) -> Double {
                var sum = 0.0
                for place in 0..<length { sum += vectors[own &+ place] * vectors[other &+ place] }
                return sum
            }
            for _ in 0..<2 {
                for other in 0..<index { take(product(with: other * length), of: other * length) }
            }
            let size = product(with: own).squareRoot()
            for place in 0..<length { vectors[own &+ place] /= size }
        }
    }
}
