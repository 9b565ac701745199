import IbexArrays
import IbexFiles
import IbexGraph
import IbexModels

/// A training as `run.json` keeps it: what was trained, how, on what, how long it took, what it came to.
struct RunRecord: Sendable, Hashable {
    static let format = "ibex-run-1"

    var name: String
    /// The path of the description.
    var file: String
    /// The description as it was followed: with what the command line set, and what stood in for keys that were left out.
    var description: ConfigValue
    /// The model, as Keras writes it.
    var model: ConfigValue
    /// The table of its layers.
    var summary: String
    /// The name of the model's file.
    var modelFile: String
    /// When it began, as ISO 8601 has it.
    var started: String
    var timing: Timing
    var device: DeviceNote
    var machine: Machine
    var versions: [String: String]
    /// How many samples were trained on, validated on, tested on.
    var samples: [String: Int]
    /// The last value of each name.
    var final: [String: Double]
    var evaluation: EvaluationNote?
    /// Where Control-C ended the training; `nil` where it did not.
    var interruption: History.Interruption?

    /// Seconds.
    struct Timing: Sendable, Hashable {
        var total: Double
        var fit: Double
        var epochs: [Double]
    }

    struct DeviceNote: Sendable, Hashable {
        var id: String
        var name: String
        var kind: String
        var memory: Int
    }

    /// What the trained model makes of samples that it was not trained on.
    struct EvaluationNote: Sendable, Hashable {
        /// `test`, `validation` or `training`.
        var samples: String
        var count: Int
        /// Loss and metrics, in order.
        var names: [String]
        var values: [Double]
        /// How often each class, by row, was taken for each class, by column; none where there are no classes.
        var confusion: [[Int]]
        /// What the classes are called.
        var classNames: [String]
    }
}

extension RunRecord {
    var json: ConfigValue {
        [
            "format": .string(Self.format), "name": .string(name), "file": .string(file), "description": description,
            "model": model, "summary": .string(summary), "model_file": .string(modelFile), "started": .string(started),
            "seconds": [
                "total": .double(timing.total), "fit": .double(timing.fit),
                "epochs": .array(timing.epochs.map { .double($0) }),
            ],
            "device": [
                "id": .string(device.id), "name": .string(device.name), "kind": .string(device.kind),
                "memory": .int(device.memory),
            ],
            "machine": machine.config,
            "versions": .object(versions.mapValues { .string($0) }),
            "samples": .object(samples.mapValues { .int($0) }), "final": .object(final.mapValues { .double($0) }),
            "evaluation": evaluation?.json ?? .null,
            "interruption": interruption.map { ["epoch": .int($0.epoch), "batches": .int($0.batches)] } ?? .null,
        ]
    }

    /// - Throws: `IbexError` of kind `file` that names the key, where one is missing or something else.
    init(json: ConfigValue, at path: String) throws {
        let root = RecordReader(json, at: path)
        guard json.object?["format"]?.string == Self.format else {
            throw IbexError(
                .file, at: path, found: "the format \(json.object?["format"]?.description ?? "of something else")",
                expected: "\(Self.format), as `ibex train` writes it")
        }
        name = try root.string("name")
        file = try root.string("file")
        description = root["description"].value
        model = root["model"].value
        summary = try root.string("summary")
        modelFile = try root.string("model_file")
        started = try root.string("started")
        let seconds = root["seconds"]
        timing = Timing(
            total: try seconds.double("total"), fit: try seconds.double("fit"),
            epochs: try seconds.list("epochs", \.double))
        let used = root["device"]
        device = DeviceNote(
            id: try used.string("id"), name: try used.string("name"), kind: try used.string("kind"),
            memory: try used.int("memory"))
        let computer = root["machine"]
        machine = Machine(
            processor: try computer.string("processor"), cores: try computer.int("cores"),
            memory: try computer.int("memory"), system: try computer.string("system"))
        versions = try root.dictionary("versions", \.string)
        samples = try root.dictionary("samples", \.int)
        final = try root.dictionary("final", \.double)
        let note = root["evaluation"]
        evaluation = note.value.isNull ? nil : try EvaluationNote(note)
        let place = root["interruption"]
        interruption =
            place.value.isNull
            ? nil : History.Interruption(epoch: try place.int("epoch"), batches: try place.int("batches"))
    }

    /// - Throws: `IbexError` of kind `file`.
    init(path: String) throws {
        let bytes = try InputFile.contents(of: path, expected: "the record of a training, which `ibex train` writes")
        try self.init(json: try JSON.value(of: bytes, at: path), at: path)
    }

    func write(to path: String) throws {
        try AtomicFile.write(Array((JSON.text(json, indent: 1) + "\n").utf8), to: path)
    }
}

extension RunRecord.EvaluationNote {
    fileprivate var json: ConfigValue {
        [
            "samples": .string(samples), "count": .int(count), "names": .array(names.map { .string($0) }),
            "values": .array(values.map { .double($0) }), "confusion": .array(confusion.map { ConfigValue($0) }),
            "class_names": .array(classNames.map { .string($0) }),
        ]
    }

    fileprivate init(_ reader: RecordReader) throws {
        samples = try reader.string("samples")
        count = try reader.int("count")
        names = try reader.list("names", \.string)
        values = try reader.list("values", \.double)
        confusion = try reader.list("confusion", \.ints)
        classNames = try reader.list("class_names", \.string)
        let isSquare = confusion.allSatisfy { $0.count == confusion.count && $0.allSatisfy { $0 >= 0 } }
        guard names.count == values.count, isSquare, [0, confusion.count].contains(classNames.count) else {
            throw reader.misfit("", "as many values as names, and a square of counts with a name for each row")
        }
    }
}

/// Reads the values of a record, which has to hold them.
private struct RecordReader {
    let value: ConfigValue
    let place: String

    init(_ value: ConfigValue, at place: String) { (self.value, self.place) = (value, place) }

    subscript(key: String) -> RecordReader { RecordReader(value.object?[key] ?? .null, at: "\(place), \(key)") }

    func misfit(_ key: String, _ expected: String) -> IbexError {
        IbexError(
            .file, at: key.isEmpty ? place : "\(place), \(key)",
            found: (key.isEmpty ? value : value.object?[key])?.shortDescription ?? "nothing", expected: expected)
    }

    private func read<Result>(_ key: String, _ expected: String, _ read: (ConfigValue) -> Result?) throws -> Result {
        guard let result = value.object?[key].flatMap(read) else { throw misfit(key, expected) }
        return result
    }

    func string(_ key: String) throws -> String { try read(key, "a text", \.string) }
    func int(_ key: String) throws -> Int { try read(key, "a whole number", \.wholeNumber) }
    func double(_ key: String) throws -> Double { try read(key, "a number", \.double) }

    func list<Element>(_ key: String, _ element: (ConfigValue) -> Element?) throws -> [Element] {
        try read(key, "a list") { value in
            guard let array = value.array else { return nil }
            let elements = array.compactMap(element)
            return elements.count == array.count ? elements : nil
        }
    }

    func dictionary<Element>(_ key: String, _ element: (ConfigValue) -> Element?) throws -> [String: Element] {
        try read(key, "an object") { value in
            guard let object = value.object else { return nil }
            let elements = object.compactMapValues(element)
            return elements.count == object.count ? elements : nil
        }
    }
}
