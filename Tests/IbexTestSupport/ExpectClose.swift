import IbexGraph
import Testing

/// Fails unless `got` has the shape, the type, the NaNs and infinities of `want`, and every other
/// element lies within the tolerance. The failure names the worst element and both values.
///
///     expectClose(got, want, .ofPeak(1e-5), "dense, output")
public func expectClose(
    _ got: Values, _ want: Values, _ tolerance: Tolerance = .exact, _ subject: @autoclosure () -> String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    guard let mismatch = mismatch(got, want, tolerance) else { return }
    let subject = subject()
    Issue.record(
        Comment(rawValue: subject.isEmpty ? mismatch : "\(subject): \(mismatch)"), sourceLocation: sourceLocation)
}

/// What keeps `got` from being close to `want`, or `nil` where nothing does.
public func mismatch(_ got: Values, _ want: Values, _ tolerance: Tolerance = .exact) -> String? {
    if got.shape != want.shape { return "found the shape \(got.shape), expected \(want.shape)" }
    if got.dtype != want.dtype { return "found \(got.dtype.rawValue), expected \(want.dtype.rawValue)" }
    if let integers = got.integers, let wanted = want.integers, tolerance == .exact {
        return integerMismatch(integers, wanted, in: want)
    }
    let peak = want.peak
    var worst: (offset: Int, excess: Double)?
    var failures = 0
    for offset in want.scalars.indices {
        let (a, b) = (got.scalars[offset], want.scalars[offset])
        let excess: Double
        if a.isFinite, b.isFinite {
            let bound = tolerance.bound(want: b, peak: peak)
            let distance = abs(a - b)
            if distance <= bound { continue }
            excess = bound > 0 ? distance / bound : distance * 1e300
        } else if a == b || (a.isNaN && b.isNaN) {
            continue
        } else {
            excess = .infinity
        }
        failures += 1
        if excess > worst?.excess ?? 0 || worst == nil { worst = (offset, excess) }
    }
    guard let worst else { return nil }
    let (a, b) = (got.scalars[worst.offset], want.scalars[worst.offset])
    return "\(failures) of \(want.scalars.count) elements of \(want.dtype.rawValue)\(want.shape) are off, worst at "
        + "\(want.index(of: worst.offset)): found \(a), expected \(b), off by \(abs(a - b)) "
        + "where \(tolerance.bound(want: b, peak: peak)) is allowed"
}

private func integerMismatch(_ got: [Int64], _ want: [Int64], in values: Values) -> String? {
    let wrong = want.indices.filter { got[$0] != want[$0] }
    guard let first = wrong.first else { return nil }
    return "\(wrong.count) of \(want.count) elements of int64\(values.shape) are off, first at "
        + "\(values.index(of: first)): found \(got[first]), expected \(want[first])"
}
