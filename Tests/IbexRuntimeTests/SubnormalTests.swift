import IbexGraph
import IbexRuntime
import Testing

/// Numbers too small to be normal (below 2^-126 in float32) count as 0, as they do in TensorFlow and JAX: processors would
/// spend a hundred times as long over each.
@Suite struct SubnormalTests {
    /// More elements than one vector or one thread takes.
    private static let count = 200_003

    @Test(arguments: TestBackend.compared) func resultsCountAsZero(backend: TestBackend) throws {
        try withDevice(try backend.device) {
            let x = Tensor([Float](repeating: 1e-20, count: Self.count))
            // 1e-40; and 1e-36, which is normal.
            let squares = try (x * x).scalars(as: Float.self)
            #expect(squares.allSatisfy { $0 == 0 })
            let products = try (x * 1e-16).scalars(as: Float.self)
            #expect(products.allSatisfy { abs($0 / 1e-36 - 1) < 1e-6 })
        }
    }

    @Test(arguments: TestBackend.compared) func operandsCountAsZero(backend: TestBackend) throws {
        try withDevice(try backend.device) {
            let x = Tensor([Float](repeating: 1e-40, count: Self.count))
            let products = try (x * 1e20).scalars(as: Float.self)
            #expect(products.allSatisfy { $0 == 0 })
        }
    }

    @Test(arguments: TestBackend.compared) func productsCountAsZero(backend: TestBackend) throws {
        try withDevice(try backend.device) {
            let x = Tensor([[1e-20, 0], [0, 1]] as [[Float]])
            let product = try x.matmul(x).scalars(as: Float.self)
            #expect(product == [0, 0, 0, 1])
        }
    }

    /// Numbers that count as 0 are equal, and equal ones keep their order.
    @Test(arguments: TestBackend.compared) func sortedAsZeros(backend: TestBackend) throws {
        try withDevice(try backend.device) {
            let order = try Tensor([1e-40, 0, 2e-38, -1e-40, -2e-38] as [Float]).argsort().scalars(as: Int32.self)
            #expect(order == [4, 0, 1, 3, 2])
        }
    }

    /// Those of half precision are normal in float32, and keep their value.
    @Test(arguments: TestBackend.compared) func halvesKeepTheirs(backend: TestBackend) throws {
        try withDevice(try backend.device) {
            let powers: [Float] = [0x1p-24, 0x1p-20, 0x1p-15, -0x1.8p-23, 0x1p-14]
            let halves = Tensor(powers).cast(to: .float16)
            let found = try halves.cast(to: .float32).scalars(as: Float.self)
            #expect(found == powers)
            let doubled = try (halves.cast(to: .float32) * 2).scalars(as: Float.self)
            #expect(doubled == powers.map { $0 * 2 })
        }
    }

    /// The thread that calls Ibex computes as before.
    @Test(arguments: TestBackend.compared) func callersKeepTheirs(backend: TestBackend) throws {
        try withDevice(try backend.device) {
            let x = Tensor([1e-20] as [Float])
            _ = try (x * x).scalars(as: Float.self)
        }
        let small = try #require(Float("1e-20"))
        #expect(small * small > 0)
    }
}
