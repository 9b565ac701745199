import Foundation
import IbexArrays
import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

@testable import IbexFiles

/// Operations between layers, of `Tests/Oracle/generate_operations.py`: `x / 255` in Python.
@Suite struct OperationTests {
    static func path(_ name: String) -> String {
        OracleCatalogue.folder.appendingPathComponent("operations/\(name)").path
    }

    /// Compares what a model predicts with what Keras did.
    static func expectAnswers(_ model: Model, _ name: String, location: SourceLocation = #_sourceLocation) throws {
        let oracle = try SafetensorsFile(path: path("\(name).safetensors"))
        let found = try model.predict([try oracle.values("x.0").tensor], verbose: 0)
        #expect(found.count == oracle.arrays.count - 1, sourceLocation: location)
        for (index, tensor) in found.enumerated() {
            let want = try oracle.values("prediction.\(index)")
            expectClose(
                Values(tensor.shape, want.dtype, try tensor.doubles()), want, .ofPeak(1e-5), "\(name), \(index)",
                sourceLocation: location)
        }
    }

    @Test(arguments: ["cpu", "opencl"], ["keras3_operations.keras", "keras2_operations.h5"])
    func computeAsInKeras(device: String, name: String) throws {
        try PlainKernels.withDevice(device) {
            let model = try loadModel(Self.path(name))
            try Self.expectAnswers(model, name.split(separator: ".").map(String.init)[0])
        }
    }

    @Test func areWrittenAgain() throws {
        let model = try withDevice("cpu") { try loadModel(Self.path("keras3_operations.keras")) }
        try withScratch { folder in
            for ending in [".keras", ".h5"] {
                try model.save(folder.file("m\(ending)"))
                let again = try withDevice("cpu") { try loadModel(folder.file("m\(ending)")) }
                #expect(again.config == model.config)
                try Self.expectAnswers(again, "keras3_operations")
            }
            expectError(.argument, at: "TrueDivide", found: "operation of Keras 3", remedy: "Keras 3's style") {
                try model.save(folder.file("m2.h5"), style: .keras2)
            }
        }
        let kerass = try ZipArchive(path: Self.path("keras3_operations.keras")).contents(of: "config.json")
        let saved = try JSON.value(of: kerass, at: "Keras")
        func operations(_ value: ConfigValue) -> [ConfigValue] {
            (value.object?["config"]?.object?["layers"]?.array ?? []).filter {
                $0.object?["module"]?.string?.hasPrefix("keras.src.ops") == true
            }
        }
        let written = try JSON.value(of: model.toJSON(), at: "Ibex")
        #expect(operations(saved).count > 10)
        #expect(differences(.array(operations(written)), .array(operations(saved))) == [])
    }

    private func model(_ className: String, arguments: ConfigValue, config: Config = [:]) -> ConfigValue {
        let module: ConfigValue = "keras.src.ops.numpy"
        return [
            "module": "keras.src.models.functional", "class_name": "Functional",
            "config": [
                "name": "m",
                "layers": [
                    [
                        "module": "keras.layers", "class_name": "InputLayer", "name": "x", "inbound_nodes": [],
                        "config": ["batch_shape": [nil, 4], "name": "x"],
                    ],
                    [
                        "module": module, "class_name": .string(className), "name": "op",
                        "config": .object(config.merging(["name": "op"]) { $1 }),
                        "inbound_nodes": [["args": arguments, "kwargs": [:]]],
                    ],
                ],
                "input_layers": ["x", 0, 0], "output_layers": ["op", 0, 0],
            ],
        ]
    }

    private let x: ConfigValue = ["class_name": "__keras_tensor__", "config": ["keras_history": ["x", 0, 0]]]

    @Test func whatDoesNotFitIsNamed() {
        func expect(
            _ kind: IbexError.Kind, _ className: String, _ arguments: ConfigValue, _ config: Config = [:],
            found: String
        ) {
            let value = model(className, arguments: arguments, config: config)
            expectError(kind, at: "op", found: found) { _ = try Architecture.model(value, at: "test") }
        }
        expect(.name, "Tan", [x], found: "the unknown operation \"Tan\"")
        expect(.argument, "Add", [x], found: "1 operands")
        expect(.argument, "Add", [x, "one"], found: "\"one\"")
        expect(.shape, "Add", [x, [1, 2, 3]], found: "(1, 4) and (3,)")
        expect(.argument, "Mean", [x], ["axis": nil], found: "all axes")
        expect(.shape, "Mean", [x], ["axis": 7], found: "axis 7")
        expect(.shape, "Reshape", [x], ["newshape": [-1, 3]], found: "(1, 4)")
        expect(.shape, "Reshape", [x], ["newshape": [-1, -1]], found: "(1, 4)")
        expect(.shape, "Reshape", [x], ["newshape": [-1, 0]], found: "(1, 4)")
        expect(.argument, "Concatenate", [[x, x]], ["axis": 5], found: "axis 5")
    }

    @Test func listsOfNumbersAreOperands() throws {
        let encoded: ConfigValue = ["class_name": "__numpy__", "config": ["value": [1, 2, 3, 4], "dtype": "float32"]]
        for row in [encoded, [1, 2, 3, 4]] {
            let made = try withDevice("cpu") {
                try Architecture.model(model("Subtract", arguments: [row, x]), at: "test")
            }
            let y = try made.predict([Tensor([[1, 1, 1, 1]] as [[Float]])], verbose: 0)[0]
            #expect(try y.scalars(as: Float.self) == [0, 1, 2, 3])
        }
    }

    @Test func functionsOfTensorFlowThatAreNotKnownAreNamed() {
        for (className, function) in [("TFOpLambda", "math.tan"), ("SlicingOpLambda", "__operators__.getitem")] {
            let layer: ConfigValue = [
                "class_name": .string(className), "name": "f",
                "config": ["name": "f", "function": .string(function)], "inbound_nodes": [["x", 0, 0, [:]]],
            ]
            expectError(.name, at: "layer f (\(className))", found: "tf.\(function)", expected: "tf.math.truediv") {
                _ = try Keras2Operation.entry(layer)
            }
        }
    }

    @Test func encodedValuesOfOtherLayers() throws {
        let mean: ConfigValue = ["class_name": "__numpy__", "config": ["value": [2, 4], "dtype": "float32"]]
        let model = try modelFromJSON(
            JSON.text([
                "module": "keras", "class_name": "Sequential",
                "config": [
                    "layers": [
                        ["module": "keras.layers", "class_name": "InputLayer", "config": ["batch_shape": [nil, 2]]],
                        [
                            "module": "keras.layers", "class_name": "Normalization",
                            "config": ["axis": -1, "mean": mean, "variance": [1, 4]],
                        ],
                    ]
                ],
            ]))
        let y = try withDevice("cpu") { try model.predict([Tensor([[3, 8]] as [[Float]])], verbose: 0)[0] }
        #expect(try y.scalars(as: Float.self) == [1, 2])
    }
}
