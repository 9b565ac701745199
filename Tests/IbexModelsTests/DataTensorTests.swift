import IbexGraph
import IbexRuntime
import IbexTestSupport
import Testing

@testable import IbexModels

@Suite struct DataTensorTests {
    @Test func embeddedSetsAsTensors() throws {
        let digits = try Digits.load()
        #expect(digits.x.shape == [1797, 8, 8])
        #expect(digits.x.dtype == .uint8)
        #expect(digits.y.shape == [1797])
        #expect(try Array(digits.y.scalars(as: UInt8.self)[..<3]) == [0, 1, 2])
        let iris = try Iris.load()
        #expect(iris.x.shape == [150, 4])
        #expect(iris.x.dtype == .float32)
        #expect(try Array(iris.x.scalars(as: Float.self)[..<4]) == [5.1, 3.5, 1.4, 0.2])
        #expect(iris.y.shape == [150])
    }

    @Test func idxAsTensor() throws {
        let scratch = try Scratch()
        let tensor = try IDXArray(contentsOf: scratch.write(idx([2, 2], [1, 2, 3, 4]), to: "a")).tensor()
        #expect(tensor.type == TensorType([2, 2], .uint8))
        #expect(try tensor.scalars(as: UInt8.self) == [1, 2, 3, 4])
    }

    @Test func categories() throws {
        try withDevice(.cpu) {
            let rows = try toCategorical(Tensor([0, 2, 1] as [UInt8]))
            #expect(rows.type == TensorType([3, 3], .float32))
            #expect(try rows.scalars(as: Float.self) == [1, 0, 0, 0, 0, 1, 0, 1, 0])
            #expect(
                try toCategorical(Tensor(shape: [2, 1], scalars: [1, 0] as [Float]), numClasses: 4).shape == [2, 4])
            #expect(try toCategorical(Tensor(shape: [2, 2], scalars: [1, 0, 0, 1] as [Int32])).shape == [2, 2, 2])
        }
    }

    @Test func labelsThatAreNone() {
        expectError(.data, at: "toCategorical", found: "the label 3", expected: "from 0 to 2") {
            _ = try toCategorical(Tensor([0, 3] as [Int32]), numClasses: 3)
        }
        expectError(.data, at: "toCategorical", found: "the label -1.0") {
            _ = try toCategorical(Tensor([-1] as [Int32]))
        }
        expectError(.data, found: "the label 0.5") { _ = try toCategorical(Tensor([0.5] as [Float])) }
        expectError(.data, found: "the label nan") { _ = try toCategorical(Tensor([Float.nan])) }
        expectError(.data, found: "no labels") { _ = try toCategorical(Tensor([Int32]())) }
        expectError(.data, found: "0 classes") { _ = try toCategorical(Tensor([Int32]()), numClasses: 0) }
    }

    @Test func splitsKeepSamplesAndTargetsTogether() throws {
        try withDevice(.cpu) {
            let x = Tensor(shape: [10, 2], scalars: (0..<20).map { UInt8($0) })
            let y = Tensor((0..<10).map { Float($0) })
            let parts = try trainTestSplit(x, y, testSize: 0.3, seed: 42)
            #expect(parts.xTrain.shape == [7, 2] && parts.xTest.shape == [3, 2])
            #expect(parts.xTrain.dtype == .uint8)
            for (x, y) in [(parts.xTrain, parts.yTrain), (parts.xTest, parts.yTest)] {
                let (pixels, labels) = (try x.scalars(as: UInt8.self), try y.scalars(as: Float.self))
                for (row, label) in labels.enumerated() {
                    #expect(pixels[2 * row] == UInt8(label) * 2 && pixels[2 * row + 1] == UInt8(label) * 2 + 1)
                }
            }
            let unshuffled = try trainTestSplit(x, y, testSize: 0.3, shuffle: false)
            #expect(try unshuffled.yTest.scalars(as: Float.self) == [7, 8, 9])
        }
    }

    @Test func splitsOfCountsThatDiffer() {
        expectError(.data, at: "trainTestSplit", found: "(3,) and targets of shape (2,)") {
            _ = try trainTestSplit(Tensor([1, 2, 3] as [Float]), Tensor([1, 2] as [Float]))
        }
    }
}
