import CIbexHDF5File
import IbexGraph

/// How an array's elements are read: our type, and libhdf5's view of it.
struct HDF5Elements {
    let kind: ibex_h5_kind
    let dtype: DType

    /// `nil` for what is no kind.
    init?(_ kind: ibex_h5_kind) {
        guard let dtype = Self.dtypes[kind.rawValue] else { return nil }
        self.kind = kind
        self.dtype = dtype
    }

    /// What an array of a type is written as.
    init(_ dtype: DType) {
        self.dtype = dtype
        kind =
            switch dtype {
            case .bool: IBEX_H5_BOOL
            case .uint8: IBEX_H5_UINT8
            case .int32: IBEX_H5_INT32
            case .int64: IBEX_H5_INT64
            case .float16: IBEX_H5_FLOAT16
            case .bfloat16: IBEX_H5_BFLOAT16
            case .float32: IBEX_H5_FLOAT32
            case .float64: IBEX_H5_FLOAT64
            }
    }

    var byteCount: Int { dtype.byteCount }

    /// Unsigned numbers of 64 bits are read as `int64` where they fit.
    private static let dtypes: [UInt32: DType] = {
        var dtypes = [IBEX_H5_UINT64.rawValue: DType.int64]
        for dtype in DType.allCases { dtypes[HDF5Elements(dtype).kind.rawValue] = dtype }
        return dtypes
    }()
}
