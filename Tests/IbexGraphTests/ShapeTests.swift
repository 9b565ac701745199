import IbexGraph
import Testing

struct ShapeTests {
    @Test func scalarHasNoAxesAndOneElement() {
        #expect(Shape.scalar.rank == 0)
        #expect(Shape.scalar.elementCount == 1)
        #expect(Shape.scalar.strides == [])
    }

    @Test func countsElements() {
        #expect(Shape([128, 28, 28, 1]).elementCount == 100_352)
        #expect(Shape([3, 0, 5]).elementCount == 0)
    }

    @Test func negativeAxisCountsFromTheEnd() {
        let shape: Shape = [2, 3, 5]
        #expect(shape[0] == 2)
        #expect(shape[-1] == 5)
        #expect(shape[-3] == 2)
        #expect(shape.replacing(axis: -2, with: 7) == [2, 7, 5])
        #expect(shape.replacing(axis: 0, with: 1) == [1, 3, 5])
    }

    @Test func stridesAreRowMajor() {
        #expect(Shape([2, 3, 5]).strides == [15, 5, 1])
        #expect(Shape([7]).strides == [1])
        #expect(Shape([4, 1, 6]).strides == [6, 6, 1])
    }

    @Test(arguments: [
        (Shape([3, 1]), Shape([1, 4]), Shape([3, 4])),
        (Shape([5]), Shape([2, 5]), Shape([2, 5])),
        (Shape([]), Shape([2, 3]), Shape([2, 3])),
        (Shape([8, 1, 6, 1]), Shape([7, 1, 5]), Shape([8, 7, 6, 5])),
        (Shape([1]), Shape([0]), Shape([0])),
        (Shape([]), Shape([]), Shape([])),
    ])
    func broadcastsAsNumPy(a: Shape, b: Shape, want: Shape) {
        #expect(a.broadcast(with: b) == want)
        #expect(b.broadcast(with: a) == want)
    }

    @Test(arguments: [(Shape([2]), Shape([3])), (Shape([2, 1]), Shape([8, 4, 3])), (Shape([0]), Shape([2]))])
    func refusesToBroadcast(a: Shape, b: Shape) {
        #expect(a.broadcast(with: b) == nil)
        #expect(b.broadcast(with: a) == nil)
    }

    @Test func printsAsATuple() {
        #expect(Shape([128, 10]).description == "(128, 10)")
        #expect(Shape([3]).description == "(3,)")
        #expect(Shape.scalar.description == "()")
    }

    @Test func typeKnowsItsBytes() {
        let type = TensorType([3, 4], .int64)
        #expect(type.byteCount == 96)
        #expect(type.description == "int64(3, 4)")
    }

    @Test func negativeExtentTraps() async {
        await #expect(processExitsWith: .failure) { _ = Shape([2, -1]) }
    }
}
