import IbexGraph
import IbexRuntime

/// The class of each sample, from class numbers or from rows with a number for each class.
///
/// - Parameter values: (n) or (n, 1), whole numbers from 0 on; or (n, classes): the class is where the row is largest, the
///   first of equal ones.
/// - Throws: `IbexError` of kind `shape` for other shapes, `data` for numbers that are no classes.
func classNumbers(_ values: Tensor, _ what: String, at place: String) throws -> [Int] {
    guard values.rank == 1 || values.rank == 2 else {
        throw IbexError(
            .shape, at: place, found: "\(what) of shape \(values.shape)", expected: "(n) or (n, classes)")
    }
    let isRows = values.rank == 2 && values.shape[1] > 1
    return try (isRows ? values.argmax(axis: -1) : values).doubles().map { number in
        guard number >= 0, number < 0x1p31, number == number.rounded() else {
            throw IbexError(
                .data, at: place, found: "the number \(number) among \(what)", expected: "class numbers from 0 on",
                remedy: "predictClasses makes them from what a model predicts.")
        }
        return Int(number)
    }
}

extension Model {
    /// The class of each sample: where the model's result is largest, or, for a model with one number a sample, whether
    /// that is above a threshold.
    ///
    ///     let wrong = try model.predictClasses(x) .!= y
    ///
    /// - Parameters:
    ///   - x: the samples, along the first axis.
    ///   - threshold: 0.5 for probabilities; 0 for logits.
    /// - Returns: `int32` of the shape that `predict` has, without its last axis: (n).
    /// - Throws: as `predict`. Source: Keras, `Sequential.predict_classes`, up to version 2.5.
    public func predictClasses(
        _ x: Tensor, batchSize: Int? = nil, verbose: Verbosity = .auto, threshold: Double = 0.5
    ) throws -> Tensor {
        let results: Tensor = try predict(x, batchSize: batchSize, verbose: verbose)
        guard results.shape[-1] == 1 else { return results.argmax(axis: -1).cast(to: .int32) }
        return (results .> threshold).cast(to: .int32).reshaped(to: Shape(Array(results.shape.extents.dropLast())))
    }
}
