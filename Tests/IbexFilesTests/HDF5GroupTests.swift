import IbexArrays
import IbexGraph
import Testing

@testable import IbexFiles

@Suite struct HDF5GroupTests {
    @Test func keepsArraysByTheirPath() throws {
        var root = HDF5Group()
        root.put(StoredArray(Tensor([1, 2]), place: "kernel"), at: "dense/dense/kernel:0")
        root.withGroup(at: "dense") { $0.attributes["weight_names"] = .strings(["dense/kernel:0"]) }
        #expect(root.group(at: "dense")?.attributes["weight_names"]?.strings == ["dense/kernel:0"])
        #expect(root.array(at: "dense/dense/kernel:0")?.shape == [2])
        #expect(root.array(at: "dense/kernel:0") == nil)
        #expect(root.group(at: "dense/other") == nil)
    }

    @Test func anEmptyListOfNumbersIsAnEmptyListOfTexts() {
        #expect(HDF5Attribute.numbers([]).strings == [])
        #expect(HDF5Attribute.numbers([1]).strings == nil)
    }
}
