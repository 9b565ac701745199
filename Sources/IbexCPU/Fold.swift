import CIbexVector
import IbexGraph

/// The loops of one reduction: folding, joining two partial results, and the way back to the result's type.
struct Fold {
    let result: DType
    let elementSize: Int
    /// The size of an accumulator.
    let size: Int
    /// Eight bytes that begin with the accumulator's starting value.
    let identity: UInt64
    let rows: ibex_fold?
    let columns: ibex_fold_columns?
    let join: ibex_block?
    let close: ibex_block?
    let position: ibex_position?
    let largest: Bool

    static let positionCast = ibex_cast(DType.int64.code, DType.int32.code)

    init(_ kind: Ops.Reduce.Kind, _ dtype: DType) throws(IbexError) {
        elementSize = dtype.byteCount
        largest = kind == .argMax
        if kind.isPosition {
            result = .int32
            size = 8
            identity = 0
            (rows, columns, join, close) = (nil, nil, nil, nil)
            position = ibex_position_reduction(dtype.code)
            return
        }
        let (name, joining) = Fold.names(kind)
        let code = ibex_accumulator(name, dtype.code)
        let accumulator = DType.allCases.first { $0.code == Int32(code.rawValue) } ?? dtype
        result = dtype
        size = accumulator.byteCount
        rows = ibex_reduction(name, dtype.code)
        columns = ibex_column_reduction(name, dtype.code)
        join = ibex_elementwise(joining, accumulator.code)
        close = ibex_cast(accumulator.code, dtype.code)
        position = nil
        identity = Fold.identity(kind, accumulator)
        guard rows != nil, join != nil else {
            throw IbexError(
                .kernel, at: kind.rawValue, found: "no loop for \(dtype.rawValue)", expected: "a compute type",
                remedy: "Cast the operand.")
        }
    }

    private static func names(_ kind: Ops.Reduce.Kind) -> (fold: String, join: String) {
        switch kind {
        case .sum: ("sum", "add")
        case .product: ("prod", "multiply")
        case .maximum, .argMax: ("max", "maximum")
        case .minimum, .argMin: ("min", "minimum")
        case .any: ("any", "logicalOr")
        case .all: ("all", "logicalAnd")
        }
    }

    private static func identity(_ kind: Ops.Reduce.Kind, _ accumulator: DType) -> UInt64 {
        func bits(_ float: Double, _ low: UInt64) -> UInt64 {
            switch accumulator {
            case .float64: float.bitPattern
            case .float32: UInt64(Float(float).bitPattern)
            default: low
            }
        }
        switch kind {
        case .sum, .any, .argMax, .argMin: return 0
        case .product: return bits(1, 1)
        case .all: return 1
        case .maximum: return bits(-.infinity, extreme(accumulator, largest: false))
        case .minimum: return bits(.infinity, extreme(accumulator, largest: true))
        }
    }

    private static func extreme(_ dtype: DType, largest: Bool) -> UInt64 {
        switch dtype {
        case .int32: UInt64(UInt32(bitPattern: largest ? .max : .min))
        case .int64: UInt64(bitPattern: largest ? .max : .min)
        default: largest ? 255 : 0
        }
    }
}
