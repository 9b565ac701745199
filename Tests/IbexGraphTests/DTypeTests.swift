import IbexGraph
import Testing

struct DTypeTests {
    @Test(arguments: [
        (DType.bool, 1), (.uint8, 1), (.float16, 2), (.bfloat16, 2), (.int32, 4), (.float32, 4), (.int64, 8),
        (.float64, 8),
    ])
    func bytes(dtype: DType, count: Int) {
        #expect(dtype.byteCount == count)
    }

    @Test func kindsDoNotOverlap() {
        for dtype in DType.allCases {
            #expect(!(dtype.isFloatingPoint && dtype.isInteger))
        }
        #expect(!DType.bool.isInteger && !DType.bool.isFloatingPoint)
        #expect(DType.uint8.isInteger && DType.bfloat16.isFloatingPoint)
    }

    /// Keras's `result_type` of two types, save for pairs that need a type we do not have.
    @Test(arguments: [
        (DType.bool, DType.uint8, DType.uint8), (.uint8, .int32, .int32), (.int32, .int64, .int64),
        (.int64, .float32, .float32), (.int32, .float16, .float16), (.float16, .bfloat16, .float32),
        (.bfloat16, .float32, .float32), (.float32, .float64, .float64), (.bool, .float32, .float32),
        (.bool, .bool, .bool), (.int64, .bfloat16, .bfloat16), (.int64, .float64, .float64),
    ])
    func promotes(a: DType, b: DType, want: DType) {
        #expect(a.promoted(with: b) == want)
        #expect(b.promoted(with: a) == want)
    }

    @Test func promotionKeepsEachTypeWithItself() {
        for dtype in DType.allCases { #expect(dtype.promoted(with: dtype) == dtype) }
    }

    @Test func scalarsKnowTheirType() {
        #expect(Float.dtype == .float32)
        #expect(Double.dtype == .float64)
        #expect(Int32.dtype == .int32)
        #expect(Int64.dtype == .int64)
        #expect(Int.dtype == .int64)
        #expect(UInt8.dtype == .uint8)
        #expect(Bool.dtype == .bool)
    }

    @Test func conversionToWholeNumbersCutsAndHolds() {
        #expect(Int32(converting: 2.9) == 2)
        #expect(Int32(converting: -2.9) == -2)
        #expect(Int32(converting: 1e20) == .max)
        #expect(Int32(converting: -.infinity) == .min)
        #expect(Int64(converting: 0x1p63) == .max)
        #expect(Int64(converting: -0x1p63) == .min)
        #expect(UInt8(converting: 300) == 255)
        #expect(UInt8(converting: -1) == 0)
        #expect(Int(converting: .nan) == 0)
    }

    @Test func conversionToTruthAsksForZero() {
        #expect(Bool(converting: 0.5))
        #expect(!Bool(converting: -0.0))
        #expect(true.doubleValue == 1)
    }

    @Test func rawNamesAreKerass() {
        #expect(DType(rawValue: "bfloat16") == .bfloat16)
        #expect(DType.allCases.map(\.rawValue).contains("uint8"))
        #expect(DType(rawValue: "float") == nil)
    }
}
