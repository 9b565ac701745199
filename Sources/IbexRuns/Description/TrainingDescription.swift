import IbexFiles
import IbexGraph
import IbexModels

/// What `ibex train` is told: architecture, data, arguments of `compile` and `fit`, seed, device, where results go.
///
/// Reading checks every key and every value that can be checked without the data.
///
///     let description = try TrainingDescription(DescriptionFile(path: "mnist-cnn.yaml"))
package struct TrainingDescription: Sendable {
    static let keys = ["name", "model", "data", "compile", "fit", "seed", "device", "output"]

    /// What the training is called: the key `name`, or the name of the file.
    package let name: String
    let model: ModelDescription
    let data: DataDescription
    let compile: CompileDescription?
    let fit: FitDescription
    /// What random numbers follow; one of its own for each training where the description says nothing.
    package let seed: UInt64
    package let device: String?
    /// The folder that results go to.
    package let folder: String
    /// The name of the model's file in it.
    package let modelFile: String
    /// The values of the file, what the command line set among them, and what stood in for keys that were left out.
    let resolved: ConfigValue

    /// - Throws: `IbexError` that names the key, what was found and what was expected.
    package init(_ file: DescriptionFile) throws {
        let root = Field(root: file)
        let section = try root.required(try root.section(Self.keys), "an object")
        name = try section["name"].string() ?? file.name
        model = try ModelDescription(section["model"])
        data = try DataDescription(section["data"])
        compile = try CompileDescription(section["compile"], isOptional: model.isFile)
        fit = try FitDescription(section["fit"])
        seed = try section["seed"].int(atLeast: 0).map { UInt64($0) } ?? .random(in: 0..<1 << 32)
        device = try section["device"].string()
        (folder, modelFile) = try Self.output(section["output"], name: name)
        guard fit.validationSplit == 0 || !data.hasValidation else {
            throw Field(file, DescriptionPath.root.key("fit").key("validation_split"), .double(fit.validationSplit))
                .misfit(
                    "either this or data.validation", remedy: "Keras takes validation_data over validation_split.")
        }
        resolved = .object(
            section.config.merging([
                "name": .string(name), "seed": .int(Int(seed)),
                "output": ["folder": .string(folder), "model": .string(modelFile)],
            ]) { $1 })
        if let device { _ = try section["device"].placing { try Device.named(device) } }
    }

    private static func output(_ field: Field, name: String) throws -> (folder: String, model: String) {
        let standard = ("runs/" + String(name.map { $0 == "/" ? "-" : $0 }), "model.keras")
        guard field.value != nil else { return standard }
        if field.value?.string != nil { return (try field.string() ?? standard.0, standard.1) }
        guard field.value?.object != nil else {
            throw field.misfit("the path of a folder, or an object with the keys folder, model")
        }
        let section = try field.section(["folder", "model"])
        let model = try section?["model"].string() ?? standard.1
        guard !model.contains("/"), (try? ModelSource.Kind.of(model)) == .whole else {
            throw section?["model"].misfit("the name of a file that ends with .keras, .h5 or .hdf5") ?? field.misfit("")
        }
        return (try section?["folder"].string() ?? standard.0, model)
    }
}
