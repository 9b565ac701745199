import IbexGraph
import IbexRuntime

/// Class numbers as rows with a one at the class and zeros elsewhere.
///
///     try toCategorical(Tensor([0, 2, 1]))        // [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
///
/// - Parameters:
///   - labels: whole numbers of any type and shape; a last axis of extent 1 is dropped, as Keras does.
///   - numClasses: the extent of the new last axis; the largest label and one where it is not given.
/// - Returns: `float32` of the labels' shape and `numClasses`.
/// - Throws: `IbexError` of kind `data` for labels that are no whole numbers or outside `0 ..< numClasses`, and for no
///   labels without `numClasses`; what reading the labels throws.
public func toCategorical(_ labels: Tensor, numClasses: Int? = nil) throws -> Tensor {
    let values = try labels.doubles()
    if let wrong = values.first(where: { !($0 >= 0 && $0 < 0x1p31 && $0 == $0.rounded()) }) {
        throw IbexError(
            .data, at: "toCategorical", found: "the label \(wrong)", expected: "whole numbers from 0 on")
    }
    guard let count = numClasses ?? values.max().map({ Int($0) + 1 }), count > 0 else {
        throw IbexError(
            .data, at: "toCategorical", found: numClasses.map { "\($0) classes" } ?? "no labels",
            expected: "at least one class")
    }
    if let wrong = values.first(where: { $0 >= Double(count) }) {
        throw IbexError(
            .data, at: "toCategorical", found: "the label \(Int(wrong))", expected: "labels from 0 to \(count - 1)")
    }
    let isColumn = labels.rank > 1 && labels.shape[-1] == 1
    let shape = isColumn ? Shape(Array(labels.shape.extents.dropLast())) : labels.shape
    var rows = [Float](repeating: 0, count: values.count * count)
    for (row, value) in values.enumerated() { rows[row * count + Int(value)] = 1 }
    return Tensor(shape: Shape(shape.extents + [count]), scalars: rows)
}
