/// What may stand between the brackets of a tensor: a number, or a range of numbers.
///
///     x[0]            // the first row
///     x[1..., 0..<3]  // from the second row on, three columns
///     x[..., -1]      // the last element of the last axis
///     x[AxisRange(by: -1)]        // the rows backwards
public protocol TensorIndex {
    /// First element, count, step and whether the axis goes away, for an axis of this extent.
    func resolved(extent: Int) -> (start: Int, count: Int, step: Int, removesAxis: Bool)
}

extension Int: TensorIndex {
    public func resolved(extent: Int) -> (start: Int, count: Int, step: Int, removesAxis: Bool) {
        (self < 0 ? self + extent : self, 1, 1, true)
    }
}

extension TensorIndex where Self: RangeExpression, Bound == Int {
    public func resolved(extent: Int) -> (start: Int, count: Int, step: Int, removesAxis: Bool) {
        let range = relative(to: 0..<extent)
        return (range.lowerBound, range.count, 1, false)
    }
}

extension Range: TensorIndex where Bound == Int {}
extension ClosedRange: TensorIndex where Bound == Int {}
extension PartialRangeFrom: TensorIndex where Bound == Int {}
extension PartialRangeUpTo: TensorIndex where Bound == Int {}
extension PartialRangeThrough: TensorIndex where Bound == Int {}

/// A part of an axis as Python writes it, `from:to:by`: a negative bound counts from the end, a missing one stands for
/// the axis's own end, and bounds outside are moved in. A negative step walks backwards.
///
///     x[AxisRange(from: 1, by: 2)]        // x[1::2]
///     x[AxisRange(from: -3)]              // x[-3:]
public struct AxisRange: TensorIndex, Sendable, Hashable {
    public var from: Int?
    public var to: Int?
    public var by: Int

    /// - Precondition: `by` is not zero.
    public init(from: Int? = nil, to: Int? = nil, by: Int = 1) {
        precondition(by != 0, "AxisRange: found a step of 0; expected another")
        (self.from, self.to, self.by) = (from, to, by)
    }

    public func resolved(extent: Int) -> (start: Int, count: Int, step: Int, removesAxis: Bool) {
        let bounds = by > 0 ? 0...extent : -1...(extent - 1)
        func place(_ bound: Int?, else end: Int) -> Int {
            guard let bound else { return end }
            return Swift.min(Swift.max(bound < 0 ? bound + extent : bound, bounds.lowerBound), bounds.upperBound)
        }
        let start = place(from, else: by > 0 ? 0 : extent - 1)
        let end = place(to, else: by > 0 ? extent : -1)
        let count = Swift.max(0, (end - start + by - by.signum()) / by)
        return (count == 0 ? 0 : start, count, by, false)
    }
}

extension Tensor {
    /// A part of the tensor: one number or range for each of the last axes, all of those before them.
    ///
    /// - Precondition: numbers and ranges lie within their axes.
    public subscript(_ all: UnboundedRange, _ indices: any TensorIndex...) -> Tensor {
        part([any TensorIndex](repeating: AxisRange(), count: Swift.max(rank - indices.count, 0)) + indices)
    }

    /// A part of the tensor: one number or range for each axis, the first ones first.
    ///
    /// - Precondition: numbers and ranges lie within their axes.
    public subscript(_ indices: any TensorIndex...) -> Tensor { part(indices) }

    private func part(_ indices: [any TensorIndex]) -> Tensor {
        let parts = shape.extents.enumerated().map { axis, extent in
            axis < indices.count ? indices[axis].resolved(extent: extent) : (0, extent, 1, false)
        }
        precondition(indices.count <= rank, "subscript: found \(indices.count) indices for shape \(shape)")
        let slice = Ops.Slice(starts: parts.map(\.0), counts: parts.map(\.1), steps: parts.map(\.2))
        let kept = parts.filter { !$0.3 }.map(\.1)
        return Tensor.apply(slice, self).reshaped(to: Shape(kept))
    }
}
