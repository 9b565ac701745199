import IbexFiles
import IbexGraph
import IbexModels

/// A callback of a description: its class and Keras's arguments, checked.
struct CallbackDescription: Sendable {
    /// Makes the callback; the files that it writes lie in the folder given.
    private let make: @Sendable (_ folder: String) -> Callback
    /// The value that it watches, and where the description says so.
    let monitor: (name: String, place: String)?
    let className: String

    /// Makes a callback; a new one each time, for each training.
    func callback(folder: String) -> Callback { make(folder) }

    init(_ field: Field) throws {
        let named = KerasObject.named(field.value)?.object
        let expected = "the name of a callback, or an object with class_name and its arguments"
        let object = try field.required(named ?? field.value?.object, expected)
        let name = Field(field.file, field.path.key("class_name"), object["class_name"])
        className = try name.required(try name.string(), "the class of a callback: " + Self.names)
        guard let kind = Self.kinds[className] else {
            let place = field.value?.string == nil ? name : field
            throw place.misfit(
                "one of " + Self.names,
                remedy: Spelling.remedy(for: className, among: Array(Self.kinds.keys)))
        }
        let (place, arguments) = try KerasObject.arguments(of: Field(field.file, field.path, .object(object)))
        let section = try field.required(
            try Field(field.file, place.path, .object(arguments)).section(kind.keys), expected)
        make = try kind.make(section)
        let watched = section["monitor"]
        monitor = kind.keys.contains("monitor") ? (try watched.string() ?? "val_loss", watched.place) : nil
    }

    /// A class of callbacks: its arguments, and how they are read.
    struct Kind: Sendable {
        let keys: [String]
        let make: @Sendable (Section) throws -> @Sendable (_ folder: String) -> Callback
    }

    private static var names: String { kinds.keys.sorted().joined(separator: ", ") }
}
