import IbexGraph
import IbexRuntime

/// How often each class was predicted for each class: row i, column j holds the weight of what is i and was taken for j.
///
///     let matrix = try confusionMatrix(Tensor([0, 1, 1] as [Int32]), Tensor([0, 1, 0] as [Int32]), numClasses: 2)
///     try matrix.scalars(as: Float.self)           // [1, 0, 1, 1]
///
/// - Parameters:
///   - labels: class numbers of any shape.
///   - predictions: class numbers, as many.
///   - weights: a number for each of them; 1 where there are none.
/// - Returns: [numClasses, numClasses], `float32`. Class numbers that are no classes count nowhere.
/// - Throws: `IbexError` of kind `shape` where counts differ, `argument` without classes.
public func confusionMatrix(
    _ labels: Tensor, _ predictions: Tensor, numClasses: Int, weights: Tensor? = nil
) throws(IbexError) -> Tensor {
    guard numClasses >= 1 else {
        throw IbexError(
            .argument, at: "confusionMatrix", found: "\(numClasses) classes", expected: "a whole number from 1 on")
    }
    guard labels.elementCount == predictions.elementCount,
        (weights?.elementCount ?? labels.elementCount) == labels.elementCount
    else {
        let shapes = [labels, predictions] + [weights].compactMap(\.self)
        throw IbexError(
            .shape, at: "confusionMatrix",
            found: "shapes " + shapes.map(\.shape.description).joined(separator: ", "),
            expected: "as many predictions and weights as labels")
    }
    return classPairs(labels, predictions, numClasses, weights)
}

/// The confusion matrix of what fits.
///
/// - Parameter isCounted: what else must hold for a pair to count.
func classPairs(
    _ labels: Tensor, _ predictions: Tensor, _ classes: Int, _ weights: Tensor?, isCounted: Tensor? = nil,
    dtype: DType = .float32
) -> Tensor {
    let (y, p) = (labels.reshaped(-1), predictions.reshaped(-1))
    func isClass(_ x: Tensor) -> Tensor { (x .>= 0) .& (x .< Double(classes)) }
    let areClasses = isClass(y) .& isClass(p)
    let counts = isCounted.map { areClasses .& $0.reshaped(-1) } ?? areClasses
    let pairs = y.cast(to: .int32) * Double(classes) + p.cast(to: .int32)
    let weight = counts.cast(to: dtype)
    let sums = Tensor.apply(
        Ops.GatherGradient(rows: classes * classes), Tensor.where(counts, pairs, pairs.filled(0)),
        weights.map { Tensor.where(counts, $0.cast(to: dtype).reshaped(-1), weight) } ?? weight)
    return sums.reshaped(classes, classes)
}
