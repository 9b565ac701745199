import Ibex
import IbexTestSupport
import Testing

@Suite struct NamedWeightsTests {
    private static func model(units: Int = 3) -> Sequential {
        Sequential([
            Input(shape: [2]), Dense(units, biasInitializer: .ones, name: "first"), Dense(1, name: "second"),
        ])
    }

    @Test(arguments: ["weights.safetensors", "weights.npz"]) func comeBackUnderTheirPaths(name: String) throws {
        let (scratch, model, twin) = (try Scratch(), Self.model(), Self.model())
        let path = scratch.file(name)
        try model.saveWeights(path)
        let arrays = name.hasSuffix(".npz") ? try loadNPZ(path) : try loadSafetensors(path)
        #expect(try arrays["first/bias"]?.scalars(as: Float.self) == [1, 1, 1])
        try twin.loadWeights(path)
        for (own, other) in zip(model.getWeights(), twin.getWeights()) {
            #expect(try own.scalars(as: Float.self) == other.scalars(as: Float.self))
        }
    }

    @Test func aMisfitChangesNothing() throws {
        let (scratch, other) = (try Scratch(), Self.model(units: 4))
        let path = scratch.file("weights.safetensors")
        try Self.model().saveWeights(path)
        let before = try other.getWeights().map { try $0.scalars(as: Float.self) }
        expectError(.file, found: "float32", expected: "first/kernel") { try other.loadWeights(path) }
        #expect(try other.getWeights().map { try $0.scalars(as: Float.self) } == before)
        try saveSafetensors(["first/kernel": .zeros([2, 3])], to: path)
        expectError(.file, found: "0 arrays", expected: "first/bias") { try Self.model().loadWeights(path) }
    }
}
