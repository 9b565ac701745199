import IbexGraph
import IbexRuntime
import IbexTestSupport
import Testing

/// The integer stream against the known answers of Philox 4x32-10, and one seed against itself.
@Suite(.serialized)
struct RandomBitsTests {
    private static func bits(_ count: Int, seed: UInt64, ordinal: UInt32, step: Int64?, on backend: TestBackend) throws
        -> [UInt32]
    {
        let op = Ops.Random(.bits, TensorType([count], .int32), seed: seed, ordinal: ordinal)
        let inputs = step.map { [Values([], integers: [$0])] } ?? []
        let device = try backend.device
        let values = try withDevice(device) {
            try [Tensor.apply(op, try backend.tensors(inputs))[0]].evaluated(on: device)[0]
        }
        return values.scalars.map { UInt32(bitPattern: Int32($0)) }
    }

    /// The first vector of Random123's `kat_vectors` for `philox4x32 10`: counter and key zero.
    @Test(arguments: TestBackend.allCases)
    func isPhilox(backend: TestBackend) throws {
        let got = try Self.bits(4, seed: 0, ordinal: 0, step: nil, on: backend)
        #expect(got == [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8])
    }

    /// Counter (block, ordinal, step low, step high), key (seed low, seed high), worked out by a program of a few
    /// lines in Python that gives all three of Random123's vectors.
    @Test(arguments: TestBackend.allCases)
    func countsBlocksOrdinalAndStep(backend: TestBackend) throws {
        let got = try Self.bits(11, seed: 0x1234_5678_9ABC_DEF0, ordinal: 3, step: 5_000_000_007, on: backend)
        #expect(
            got == [
                0x52D9_7CA7, 0x1BDA_91A9, 0x5C59_DCDB, 0xE7E2_A1CB, 0x11E5_EABE, 0x2682_5267, 0x488C_D8D8, 0x97E1_D48D,
                0x6CCC_2F5A, 0x9B88_F27F, 0xFCE2_2A7F,
            ])
    }

    /// Sums in a fixed order: what adds up many numbers gives the same bits each time.
    @Test(arguments: TestBackend.compared)
    func repeatsItself(backend: TestBackend) throws {
        var source = RandomSource(seed: 5)
        let x = Sampler.normal.values([9, 8, 8, 16], .float32, from: &source)
        let y = Sampler.normal.values([9, 6, 6, 24], .float32, from: &source)
        let long = Sampler.normal.values([70_001], .float32, from: &source)
        let indices = Sampler.integers(0...3).values([4000], .int32, from: &source)
        let rows = Sampler.normal.values([4000, 3], .float32, from: &source)
        func run() throws -> [Values] {
            try backend.evaluate([x, y, long, indices, rows]) { inputs in
                let window = Window(size: [3, 3])
                let filter = Ops.Convolution2DFilterGradient(window, groups: 1, filter: [3, 3, 16, 24])
                return [
                    .apply(filter, inputs[0], inputs[1]), inputs[2].sum(),
                    .apply(Ops.GatherGradient(rows: 4), inputs[3], inputs[4]),
                    inputs[0].reshaped(-1, 16).matmul(inputs[0].reshaped(-1, 16).transposed()),
                ]
            }
        }
        let first = try run()
        for _ in 0..<2 {
            for (again, want) in zip(try run(), first) { expectClose(again, want, .exact, backend.rawValue) }
        }
    }
}
