import IbexArrays
import IbexGraph
import IbexModels
import IbexRuntime

/// Which array of a file goes into which variable: settled and checked first, then read as a whole, then assigned, so
/// that a file that fails changes nothing.
struct WeightPlan {
    private(set) var moves: [(variable: Variable, array: StoredArray)] = []
    /// Whether what does not fit is left out, and logged, instead of thrown.
    let skipsMismatch: Bool

    init(skipsMismatch: Bool = false) { self.skipsMismatch = skipsMismatch }

    /// Puts arrays into variables, in order.
    ///
    /// - Parameter place: the layer and where the arrays stand in the file, for errors.
    /// - Throws: `IbexError` of kind `file` where counts, shapes or types do not fit.
    mutating func add(_ arrays: [StoredArray], to variables: [Variable], at place: String) throws(IbexError) {
        guard arrays.count == variables.count else {
            return try leaveOut(
                IbexError(
                    .file, at: place, found: "\(arrays.count) arrays",
                    expected: "\(variables.count): " + variables.map(\.name).joined(separator: ", ")))
        }
        for (array, variable) in zip(arrays, variables) { try add(array, to: variable, at: place) }
    }

    private mutating func add(_ array: StoredArray, to variable: Variable, at place: String) throws(IbexError) {
        guard array.shape == variable.shape, array.dtype.converts(to: variable.dtype) else {
            return try leaveOut(
                IbexError(
                    .file, at: "\(place), \(array.place)", found: "\(TensorType(array.shape, array.dtype))",
                    expected: "\(variable.type), as \(variable.name) is"))
        }
        moves.append((variable, array))
    }

    /// Logs an error where mismatches are skipped, else throws it.
    func leaveOut(_ error: IbexError) throws(IbexError) {
        guard skipsMismatch else { throw error }
        Configuration.logger.warning("skipped: \(error)")
    }

    mutating func append(_ other: WeightPlan) { moves += other.moves }

    /// Reads every array, then gives all of them to the variables.
    ///
    /// - Throws: `IbexError` where an array cannot be read or memory is short; no variable has changed then.
    func load(on device: Device) throws {
        let values = try moves.map { try $0.array.value(as: $0.variable.dtype, on: device) }
        for (move, value) in zip(moves, values) { move.variable.assign(value) }
    }
}

extension DType {
    /// Whether an array of this type may become a weight of another one: numbers keep their kind, whole or not, or become
    /// fractions.
    fileprivate func converts(to other: DType) -> Bool {
        self == other || other.isFloatingPoint && self != .bool || isInteger && other.isInteger
    }
}

extension StoredArray {
    /// Its contents as numbers of a type, computed now.
    fileprivate func value(as dtype: DType, on device: Device) throws -> Tensor {
        let stored = try load(onto: device)
        guard dtype != self.dtype else { return stored }
        let value = stored.cast(to: dtype)
        try Tensor.evaluate([value])
        return value
    }
}
