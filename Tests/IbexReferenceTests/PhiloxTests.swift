import IbexGraph
import IbexReference
import IbexTestSupport
import Testing

/// The known answers that come with Random123 (kat_vectors, philox4x32, ten rounds).
@Suite struct PhiloxTests {
    @Test func knownAnswers() {
        #expect(
            philox(counter: [0, 0, 0, 0], key: [0, 0]) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
        let ones: [UInt32] = [.max, .max, .max, .max]
        #expect(philox(counter: ones, key: [.max, .max]) == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
        // Digits of pi.
        let counter: [UInt32] = [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344]
        #expect(
            philox(counter: counter, key: [0xa409_3822, 0x299f_31d0])
                == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
    }
}

@Suite struct ReferenceOpTests {
    private let backend = ReferenceBackend()

    @Test func convolution() throws {
        let x = Values([1, 2, 2, 1], .float32, [1, 2, 3, 4])
        let w = Values([2, 2, 1, 1], .float32, [1, 10, 100, 1000])
        let window = Window(size: [2, 2], low: [0, 0], high: [1, 1])
        let y = try run(Ops.Convolution2D(window), [x, w], on: backend)[0]
        #expect(y.scalars == [4321, 402, 43, 4])
    }

    @Test func product() throws {
        let a = Values([2, 3], .float64, [1, 2, 3, 4, 5, 6])
        let b = Values([3, 2], .float64, [7, 8, 9, 10, 11, 12])
        #expect(try run(Ops.Matmul(), [a, b], on: backend)[0].scalars == [58, 64, 139, 154])
        let transposed = try run(Ops.Matmul(transposeB: true), [a, a], on: backend)[0].scalars
        #expect(transposed == [14, 32, 32, 77])
    }

    @Test func wholeNumbersAreExact() throws {
        let big = Values([2], integers: [.max, 1 << 53 + 1])
        let one = Values([2], integers: [1, 1])
        let sum = try run(Ops.Elementwise(.add), [big, one], on: backend)[0]
        #expect(sum.integers == [.min, 1 << 53 + 2])
        let quotient = try run(
            Ops.Elementwise(.floorDivide), [Values([3], integers: [-7, 7, 7]), Values([3], integers: [2, -2, 0])],
            on: backend)[0]
        #expect(quotient.integers == [-4, -4, 0])
    }

    @Test func maximumsGoToTheFirst() throws {
        let x = Values([1, 2, 2, 1], .float32, [5, 5, 1, 5])
        let window = Window(size: [2, 2], strides: [2, 2])
        let y = Values([1, 1, 1, 1], .float32, [5])
        let dy = Values([1, 1, 1, 1], .float32, [3])
        #expect(try run(Ops.MaxPool2DGradient(window), [x, y, dy], on: backend)[0].scalars == [3, 0, 0, 0])
    }
}
