import IbexGraph
import IbexRuntime
import Testing

@testable import IbexArrays

@Suite struct StoredArrayTests {
    @Test func readsATensorRowByRow() throws {
        let array = StoredArray(Tensor([[1, 2], [3, 4]] as [[Float]]), place: "x")
        #expect(array.shape == [2, 2] && array.dtype == .float32 && array.byteCount == 16)
        #expect(try array.bytes() == [1, 2, 3, 4].flatMap { withUnsafeBytes(of: Float($0)) { Array($0) } })
        #expect(try array.tensor().scalars(as: Float.self) == [1, 2, 3, 4])
    }

    @Test func readsAVariableAsItIsThen() throws {
        let variable = Variable(Tensor([1, 2] as [Float]), name: "w")
        let array = StoredArray(variable)
        variable.assign(Tensor([5, 6] as [Float]))
        #expect(try array.tensor().scalars(as: Float.self) == [5, 6])
    }
}
