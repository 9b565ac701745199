import Foundation
import IbexFiles
import IbexGraph
import IbexModels
import IbexRuntime

/// A model that is saved, and what it answers.
struct Trial {
    let name: String
    let model: Model
    let inputs: [Tensor]
    let targets: [Tensor]
    /// Whether Keras 2 has its layers.
    var isForKeras2 = true
    /// Whether Keras 3 opens what Keras 2 saves of it; it does not where layers have `groups` or hold other layers.
    var crosses = true
    /// Whether a further step of training repeats to the last digits, in Keras 3 and in Keras 2.
    var repeats = (keras3: true, keras2: true)

    func save(in folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        func path(_ name: String) -> String { folder.appending(path: name).path }
        try model.save(path("model.keras"))
        try model.save(path("model.h5"))
        try model.saveWeights(path("model.weights.h5"))
        try model.saveWeights(path("model_weights.h5"))
        try Data(model.toJSON().utf8).write(to: folder.appending(path: "model.json"))
        if isForKeras2 {
            try model.save(path("keras2.h5"), style: .keras2)
            try model.saveWeights(path("keras2_weights.h5"), style: .keras2)
            try Data(model.toJSON(style: .keras2).utf8).write(to: folder.appending(path: "keras2.json"))
        }
        var answers: Config = [
            "inputs": try numbers(inputs), "targets": try numbers(targets),
            "outputs": try numbers(model.predict(inputs, verbose: 0)), "keras3_opens_keras2": .bool(crosses),
        ]
        if model.optimizer != nil {
            try model.trainOnBatch(Batch(inputs: inputs, targets: targets))
            let resumed = try numbers(model.predict(inputs, verbose: 0))
            if repeats.keras3 { answers["resumed_keras3"] = resumed }
            if repeats.keras2 { answers["resumed_keras2"] = resumed }
        }
        try Data(JSON.text(.object(answers)).utf8).write(to: folder.appending(path: "answers.json"))
    }

    private func numbers(_ tensors: [Tensor]) throws -> ConfigValue {
        .array(
            try tensors.map { tensor in
                [
                    "shape": ConfigValue(tensor.shape.extents), "dtype": .string(tensor.dtype.rawValue),
                    "values": .array(try tensor.doubles().map { .double($0) }),
                ]
            })
    }
}

extension Trial {
    /// The models that Keras itself saved.
    static func ofOracle(_ folder: URL) throws -> [Trial] {
        let names = [
            "keras3/mlp_10/mlp_10.keras", "keras3/mlp_20_15/mlp_20_15.keras", "keras3/mlp_32/mlp_32.h5",
            "keras3/cnn_32/cnn_32.keras", "keras3/two_inputs/two_inputs.keras", "keras3/residual/residual.h5",
            "keras2/mlp_10/mlp_10.h5", "keras2/mlp_20_15/mlp_20_15.h5", "keras2/two_inputs/two_inputs.h5",
            "keras2/residual/residual.h5", "keras2/mlp_10_legacy/mlp_10_legacy.h5",
            "keras2/mlp_20_15_legacy/mlp_20_15_legacy.h5",
        ]
        return try names.map { name in
            let model = try loadModel(folder.appending(path: name).path)
            let inputs = model.inputs.enumerated().map { wave($1.shape, phase: Double($0)) }
            let targets = model.outputs.map { oneHot($0.shape, isSparse: isSparse(model)) }
            let drops = model.layers.contains { $0 is Dropout }
            let normalizes = model.layers.contains { $0 is BatchNormalization }
            let isKeras2 = name.hasPrefix("keras2")
            return Trial(
                name: name.split(separator: "/").prefix(2).joined(separator: "_"), model: model, inputs: inputs,
                targets: targets,
                repeats: (
                    !drops && !(normalizes && isKeras2) && !name.contains("legacy"), !drops && (!normalizes || isKeras2)
                ))
        }
    }

    private static func isSparse(_ model: Model) -> Bool {
        model.compileArguments?.losses.contains { $0.className.hasPrefix("Sparse") } ?? false
    }

    /// Numbers that go up and down, for a batch of 4.
    static func wave(_ shape: [Int?], phase: Double = 0) -> Tensor {
        let shape = Shape(shape.map { $0 ?? 4 })
        return Tensor(shape: shape, scalars: (0..<shape.elementCount).map { Float(sin(Double($0) * 0.7 + phase)) })
    }

    /// Classes one after the other.
    static func oneHot(_ shape: [Int?], isSparse: Bool = false) -> Tensor {
        let classes = (shape.last ?? nil) ?? 1
        guard !isSparse else { return Tensor((0..<4).map { Int32($0 % classes) }) }
        let shape = Shape(shape.map { $0 ?? 4 })
        return Tensor(
            shape: shape,
            scalars: (0..<shape.elementCount).map { Float($0 / classes % classes == $0 % classes ? 1 : 0) })
    }
}
