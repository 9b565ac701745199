import Glibc
import IbexArrays
import IbexGraph
import IbexModels
import IbexRuntime

/// A whole model as a `.keras` file: a zip archive of `metadata.json`, `config.json` and `model.weights.h5`.
enum KerasArchive {
    private static let metadataName = "metadata.json"
    private static let configName = "config.json"
    private static let weightsName = "model.weights.h5"

    /// - Throws: `IbexError` where something is missing, unknown or does not fit.
    static func model(at path: String, compiles: Bool) throws -> Model {
        let archive = try ZipArchive(path: path)
        func json(_ name: String) throws -> ConfigValue {
            try JSON.value(of: try archive.contents(of: member(name, of: archive)), at: "\(path), \(name)")
        }
        let architecture = try json(configName)
        let hasMetadata = archive.members.contains { $0.name == metadataName }
        let metadata = hasMetadata ? try json(metadataName).object ?? [:] : [:]
        let root = try weights(in: archive)
        let style = ObjectWeights.style(of: root)
        let dialect = metadata["keras_version"]?.string.map { ConfigDialect(version: $0) }
        var loaded = try LoadedModel(architecture, dialect: dialect, at: path)
        loaded.plan.append(try ObjectWeights.plan(root, for: loaded.model, at: path, checksNames: true))
        if compiles, let config = architecture.object?["compile_config"], !(config.object ?? [:]).isEmpty {
            try CompileConfig.compile(loaded.model, config, style == .keras2 ? .keras2 : .keras3)
            try loaded.restore(try ObjectWeights.optimizerEntries(root, at: path), style: style)
        }
        loaded.model.preprocessing = metadata["preprocessing"]?.object ?? [:]
        return try loaded.finished()
    }

    /// A part of an archive. Keras stores them as they are; no configuration and no trained weights pack as tightly as
    /// a few bytes that are to unpack to all of the memory.
    ///
    /// - Throws: `IbexError` of kind `file` where there is none, or one beyond 16 MiB that is packed to less than a
    ///   twentieth.
    private static func member(_ name: String, of archive: ZipArchive) throws -> ZipArchive.Member {
        let member = try archive.member(name)
        guard member.byteCount <= max(16 << 20, 20 * member.packedByteCount) else {
            throw IbexError(
                .file, at: "\(archive.place), \(name)",
                found: "\(member.byteCount) bytes packed in \(member.packedByteCount)",
                expected: "at most 20 times as many, or 16 MiB",
                remedy: "Where it is no bomb, store it in the archive without packing, as Keras does.")
        }
        return member
    }

    /// What `model.weights.h5` of an archive holds.
    static func weights(at path: String) throws -> HDF5Group { try weights(in: ZipArchive(path: path)) }

    /// Weights that are stored as they are, as Keras has it, are read where they lie. The HDF5 library wants others as a
    /// file of their own; it is unlinked as soon as it is open, so that nothing is left behind.
    private static func weights(in archive: ZipArchive) throws -> HDF5Group {
        let member = try member(weightsName, of: archive)
        if let stored = try archive.storedRange(of: member) {
            return try HDF5File.read(stored.file, range: stored.bytes)
        }
        return try TemporaryFile.with { copy in
            try archive.read(member) { source in try copy.write(member.byteCount, from: source) }
            return try HDF5File.read(copy.path)
        }
    }

    /// - Throws: `IbexError` where the model has no configuration, or the file cannot be written.
    static func write(_ model: Model, to path: String, includesOptimizer: Bool) throws {
        var architecture = try Architecture.config(of: model, .keras3).object ?? [:]
        if !includesOptimizer { architecture["compile_config"] = nil }
        var notes: Config = ["keras_version": .string(KerasStyle.keras3.version), "date_saved": .string(now())]
        if !model.preprocessing.isEmpty { notes["preprocessing"] = .object(model.preprocessing) }
        let root = try ObjectWeights.group(of: model, includesOptimizer: includesOptimizer)
        try AtomicFile.write(to: path) { temporary in
            let file = temporary + ".h5"
            defer { unlink(file) }
            // Not through AtomicFile: of this copy nothing need reach the disk.
            let descriptor = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw IbexError.system(path, expected: "a folder that can be written to") }
            defer { close(descriptor) }
            try HDF5File.write(root, to: descriptor, place: path)
            try ZipArchive.write(
                [
                    .init(metadataName, Array(JSON.text(.object(notes)).utf8)),
                    .init(configName, Array(JSON.text(.object(architecture)).utf8)),
                    .init(weightsName, copyOf: file),
                ], to: temporary)
        }
    }

    /// The local time as Keras writes it: `2026-01-31@23:59:59`.
    private static func now() -> String {
        var seconds = time(nil)
        var parts = tm()
        localtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 32)
        strftime(&text, text.count, "%Y-%m-%d@%H:%M:%S", &parts)
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
