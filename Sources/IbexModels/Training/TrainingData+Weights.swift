import IbexGraph

extension TrainingData {
    /// Checks sample weights: one tensor with a number for each sample that serves all targets, or one tensor for each,
    /// with a number for each sample or each of its steps.
    ///
    /// - Parameter predictions: the shapes of the model's results.
    func checkWeights(_ losses: [Loss], predictions: [Shape], at place: String) throws(IbexError) {
        guard weights.count <= 1 || weights.count == targets.count else {
            throw IbexError(
                .data, at: place, found: "\(weights.count) sample weights for \(targets.count) targets",
                expected: "one for all of them, or one for each")
        }
        for (index, prediction) in predictions.enumerated() where index < targets.count && !weights.isEmpty {
            let isShared = weights.count == 1 && targets.count > 1
            let shape = weights[isShared ? 0 : min(index, weights.count - 1)].shape
            // A loss of one's own may give a number for each element, others give one for each row.
            let isOwn = index < losses.count && losses[index].rule == .any
            let deepest = isShared ? 1 : max(prediction.rank - (isOwn ? 0 : 1), 1)
            let isColumn = shape.rank == deepest + 1 && shape[-1] == 1
            let fits = zip(shape.extents, prediction.extents).dropFirst().allSatisfy { $0 == $1 || $0 == 1 }
            guard shape.rank <= deepest || isColumn, fits else {
                let steps = Shape(Array(prediction.extents.prefix(deepest)))
                throw IbexError(
                    .data, at: place, found: "sample weights of shape \(shape) for results of shape \(prediction)",
                    expected: deepest > 1
                        ? "a number for each sample, \(Shape([count])), or for each step, \(steps)"
                        : "a number for each sample, \(Shape([count]))",
                    remedy: isShared ? "For weights of steps give one tensor for each result." : "")
            }
        }
    }

    /// Turns class weights into sample weights.
    mutating func apply(_ classWeight: [Int: Double], at place: String) throws {
        guard weights.isEmpty else {
            throw IbexError(
                .argument, at: place, found: "class weights beside sample weights", expected: "one of the two",
                remedy: "Multiply the sample weights by the weights of their classes.")
        }
        guard targets.count == 1, targets[0].rank <= 2 else {
            throw IbexError(
                .argument, at: place,
                found: "class weights for targets of shapes "
                    + targets.map(\.shape.description).joined(separator: ", "),
                expected: "one target, with one class for each sample", remedy: "Use sample weights.")
        }
        let target = targets[0]
        let isOneHot = target.rank == 2 && target.shape[1] > 1
        let classes = isOneHot ? target.argmax(axis: -1) : target.reshaped(-1)
        let factors = try classes.doubles().map { classWeight[Int($0.rounded(.toNearestOrEven))] ?? 1 }
        weights = [.constant(factors, [count], floatx())]
    }
}
