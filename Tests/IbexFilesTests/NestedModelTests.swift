import Foundation
import IbexArrays
import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

@testable import IbexFiles

/// A model with models and wrapped layers inside, `Tests/Oracle/generate_nested.py`: each weight finds its place.
@Suite(.serialized) struct NestedModelTests {
    private static func path(_ name: String) -> String {
        OracleCatalogue.folder.appendingPathComponent("nested/\(name)").path
    }

    private func expectAnswers(_ model: Model, keras: Int, _ role: String = "prediction", within bound: Double = 1e-5)
        throws
    {
        let oracle = try SafetensorsFile(
            contentsOf: URL(fileURLWithPath: Self.path("keras\(keras)_nested.safetensors")))
        let found = try model.predict([oracle.values("x.0").tensor, oracle.values("x.1").tensor], verbose: 0)[0]
        let want = try oracle.values(role)
        expectClose(
            Values(found.shape, want.dtype, try found.doubles()), want, .ofPeak(bound), "Keras \(keras), \(role)")
    }

    @Test(arguments: [
        (3, "keras3_nested.keras"), (3, "keras3_nested.h5"), (2, "keras2_nested.h5"), (2, "keras2_nested.keras"),
    ])
    func loads(keras: Int, name: String) throws {
        let model = try loadModel(Self.path(name))
        try expectAnswers(model, keras: keras)
        // On JAX, which made the file, Keras 3 forgets the kernel that SpectralNormalization divides in a training step.
        guard keras == 2 else { return }
        let oracle = try SafetensorsFile(
            contentsOf: URL(fileURLWithPath: Self.path("keras\(keras)_nested.safetensors")))
        try model.trainOnBatch(
            Batch(
                inputs: [oracle.values("x.0").tensor, oracle.values("x.1").tensor],
                targets: [oracle.values("y").tensor]))
        try expectAnswers(model, keras: keras, "resumed.prediction", within: 1e-4)
    }

    @Test(arguments: [
        (3, "keras3_nested.weights.h5"), (2, "keras2_nested.weights.h5"), (2, "keras2_nested_weights.h5"),
        (2, "keras2_nested.keras"),
    ])
    func loadsWeights(keras: Int, name: String) throws {
        let model = try loadModel(Self.path("keras\(keras)_nested.h5"))
        for weight in model.weights { weight.assign(.zeros(weight.shape, weight.dtype)) }
        try model.loadWeights(Self.path(name))
        try expectAnswers(model, keras: keras)
    }

    /// Every array of Keras's own file, at its place, of its shape and with its layer's name.
    @Test func writesWhatKerasWrites() throws {
        let model = try loadModel(Self.path("keras3_nested.keras"))
        let kerass = try HDF5File.read(Self.path("keras3_nested.weights.h5"))
        #expect(listing(try ObjectWeights.group(of: model, includesOptimizer: true)) == listing(kerass))
        let legacy = try HDF5File.read(Self.path("keras3_nested.h5"))
        let ours = try LegacyFile.group(of: model, style: .keras3, includesOptimizer: true)
        #expect(Set(ours.attributes.keys) == Set(legacy.attributes.keys))
        // Keras 3 puts the name of a Sequential before the names of its layers' weights.
        for group in ["model_weights", "optimizer_weights"] {
            let kerass = Set(
                listing(try #require(legacy.groups[group])).map { $0.replacing(/steps[\/_]/, with: "") })
            #expect(listing(try #require(ours.groups[group])) == kerass)
        }
        let second = try loadModel(Self.path("keras2_nested.h5"))
        let keras2 = try HDF5File.read(Self.path("keras2_nested.h5"))
        let ours2 = try LegacyFile.group(of: second, style: .keras2, includesOptimizer: true)
        for group in ["model_weights", "optimizer_weights"] {
            #expect(listing(try #require(ours2.groups[group])) == listing(try #require(keras2.groups[group])))
        }
    }

    /// The paths of all arrays and texts with what they hold, but for the contents of arrays and the version.
    private func listing(_ group: HDF5Group, _ path: String = "") -> Set<String> {
        var lines: Set<String> = []
        for (name, value) in group.attributes where name != "keras_version" && name != "backend" {
            lines.insert("\(path)@\(name) \(value.strings ?? value.string.map { [$0] } ?? [])")
        }
        for (name, array) in group.arrays { lines.insert("\(path)\(name) \(array.shape)") }
        for (name, inner) in group.groups { lines.formUnion(listing(inner, "\(path)\(name)/")) }
        return lines
    }

    /// A model of one's own: properties by name, a list of layers by class.
    @Test func namesPropertiesAsKeras() throws {
        final class Own: Model {
            let lastOne = Dense(1)
            let blocks = [Dense(2), Dense(2)]
            var factor: Variable?
            override func build(_ inputs: [Shape]) throws {
                factor = addWeight(name: "factor", shape: [1])
                try super.build(inputs)
            }
            override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
                try lastOne(blocks.reduce(input) { try $1($0, context) }, context) * (factor?.value ?? Tensor(Float(1)))
            }
        }
        let model = Own(name: "own")
        _ = try model(Tensor.ones([1, 2], .float32))
        let group = try ObjectWeights.group(of: model, includesOptimizer: false)
        #expect(Set(group.groups.keys) == ["vars", "last_one", "blocks"])
        #expect(group.array(at: "vars/0")?.shape == [1])
        #expect(group.array(at: "last_one/vars/0")?.shape == [2, 1])
        #expect(group.array(at: "blocks/dense/vars/1")?.shape == [2])
        #expect(group.array(at: "blocks/dense_1/vars/0")?.shape == [2, 2])
    }
}
