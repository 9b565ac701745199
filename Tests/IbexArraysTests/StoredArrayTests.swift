import IbexGraph
import IbexRuntime
import IbexTestSupport
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

    /// Fresh memory for each array costs more than the copy.
    @Test func aBufferTakesOneArrayAfterTheOther() throws {
        let buffer = ArrayBuffer()
        var places: [UnsafeRawPointer?] = []
        for count in [3, 5, 2, 0, 5] {
            let array = StoredArray(Tensor((0..<count).map { Float($0) }), place: "x")
            let wanted = try array.bytes()
            try buffer.withBytes(of: array) { bytes in
                #expect(Array(bytes) == wanted)
                places.append(bytes.baseAddress)
            }
        }
        #expect(Set(places[1...]).count == 1)
        let failing = StoredArray(.float32, [9], place: "lost") { _ in
            throw IbexError(.file, at: "lost", found: "nothing", expected: "an array")
        }
        expectError(.file, at: "lost") { try buffer.withBytes(of: failing) { _ in } }
    }
}
