import IbexArrays
import IbexGraph
import IbexModels

/// The state of an interrupted training as a safetensors file.
///
/// The arrays are the model's weights, the optimizer's state and the accumulators of the epoch; position, seed and what
/// callbacks remember stand in the metadata, numbers as text that reads back to the same bits.
package enum TrainingCheckpoint {
    private static let format = "ibex-training-1"

    /// Writes the state of the training at work.
    ///
    /// - Throws: `IbexError` of kind `state` outside a callback's hook of `fit`, of kind `file` where the file cannot be
    ///   written; the old one is as it was then.
    package static func write(_ model: Model, to path: String) throws {
        let state = try model.trainingState()
        var metadata = [
            "format": format, "epoch": "\(state.position.epoch)", "batch": "\(state.position.batch)",
            "seed": "\(state.seed)", "draws": "\(state.draws)",
        ]
        var arrays = state.tensors.map { (name: $0.name, array: StoredArray($0.value, place: $0.name)) }
        for (callback, state) in state.callbacks {
            for (name, number) in state.numbers { metadata["callbacks/\(callback)/\(name)"] = "\(number)" }
            arrays += state.tensors.enumerated().map {
                let name = tensorName(callback, $0)
                return (name, StoredArray($1, place: name))
            }
        }
        try SafetensorsFile.write(arrays, metadata: metadata, to: path)
    }

    /// Reads what `write` wrote.
    ///
    /// - Throws: `IbexError` of kind `file` where the file is damaged or is something else.
    package static func read(_ path: String) throws -> TrainingState {
        let file = try SafetensorsFile(path: path)
        guard file.metadata["format"] == format else {
            throw IbexError(
                .file, at: path, found: "the format \"\(file.metadata["format"] ?? "none")\"",
                expected: "\(format), as BackupAndRestore writes it")
        }
        func number<Number: LosslessStringConvertible>(_ key: String) throws -> Number {
            guard let number = file.metadata[key].flatMap({ Number($0) }) else {
                throw IbexError(
                    .file, at: path, found: "\"\(file.metadata[key] ?? "")\" for \(key)", expected: "a number")
            }
            return number
        }
        var callbacks: [String: CallbackState] = [:]
        for key in file.metadata.keys where key.hasPrefix(prefix) {
            let parts = key.dropFirst(prefix.count).split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { continue }
            callbacks[parts[0], default: CallbackState()].numbers[parts[1]] = try number(key)
        }
        var tensors: [(name: String, value: Tensor)] = []
        var remembered: [String: [Int: Tensor]] = [:]
        for (name, array) in file.arrays {
            let parts = name.split(separator: "/").map(String.init)
            if name.hasPrefix(prefix), parts.count == 4, let index = Int(parts[3]) {
                remembered[parts[1], default: [:]][index] = try array.tensor()
            } else {
                tensors.append((name, try array.tensor()))
            }
        }
        for (callback, tensors) in remembered {
            callbacks[callback, default: CallbackState()].tensors = tensors.sorted { $0.key < $1.key }.map(\.value)
        }
        return TrainingState(
            position: TrainingPosition(epoch: try number("epoch"), batch: try number("batch")),
            seed: try number("seed"),
            draws: try number("draws"), tensors: tensors, callbacks: callbacks)
    }

    private static let prefix = "callbacks/"

    private static func tensorName(_ callback: String, _ index: Int) -> String {
        "\(prefix)\(callback)/tensors/\(index)"
    }
}
