import FoundationEssentials
import IbexArrays
import IbexGraph
import IbexModels
import IbexRuntime

/// Files with a line for each row of an embedding, which name the points of the projector; paths from `logDir`.
///
///     TensorBoard(embeddingsFreq: 1, embeddingsMetadata: "words.tsv")
///     TensorBoard(embeddingsFreq: 1, embeddingsMetadata: ["word_embedding": "words.tsv"])
public enum EmbeddingsMetadata: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral {
    /// One for all embeddings.
    case all(String)
    /// By the layers' names.
    case layers([String: String])

    public init(stringLiteral value: String) { self = .all(value) }
    public init(dictionaryLiteral elements: (String, String)...) {
        self = .layers(Dictionary(elements) { _, last in last })
    }
}

/// Keras saves a checkpoint for the projector, which takes TensorFlow to be read. Here the embeddings are tables of text,
/// which TensorBoard reads by itself.
extension TensorBoard {
    /// Writes which layers the projector is to show, and where their tables lie.
    ///
    /// - Throws: `IbexError` of kind `argument` for metadata of a layer that is no `Embedding`.
    func writeProjectorConfig() throws {
        let names = embeddings.map(\.name)
        if case .layers(let files) = embeddingsMetadata,
            let unknown = files.keys.sorted().first(where: { !names.contains($0) })
        {
            throw IbexError(
                .argument, at: "TensorBoard", found: "embeddingsMetadata for \"\(unknown)\"",
                expected: "names of Embedding layers: "
                    + (names.isEmpty ? "there is none" : names.joined(separator: ", ")))
        }
        let entries = embeddings.map { layer in
            var lines = [("tensor_name", layer.embeddings?.name ?? layer.name), ("tensor_path", Self.table(of: layer))]
            switch embeddingsMetadata {
            case .all(let path): lines.append(("metadata_path", path))
            case .layers(let files): lines += files[layer.name].map { [("metadata_path", $0)] } ?? []
            case nil: break
            }
            return "embeddings {\n" + lines.map { "  \($0.0): \"\(Self.escaped($0.1))\"\n" }.joined() + "}\n"
        }
        try EventFile.makeFolder(logDir)
        try AtomicFile.write(Array(entries.joined().utf8), to: "\(logDir)/projector_config.pbtxt")
    }

    /// Writes the tables, over those of earlier epochs.
    func writeEmbeddings(_ epoch: Int) throws {
        for layer in embeddings {
            guard let weight = layer.embeddings else { continue }
            let values = try weight.value.doubles()
            let lines = stride(from: 0, to: values.count, by: layer.outputDim).map { start in
                values[start..<start + layer.outputDim].map { "\(Float($0))" }.joined(separator: "\t")
            }
            let path = "\(logDir)/\(Self.table(of: layer))"
            try EventFile.makeFolder("\(logDir)/train")
            try AtomicFile.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: path)
        }
    }

    private var embeddings: [Embedding] { model?.layers.compactMap { $0 as? Embedding } ?? [] }

    private static func table(of layer: Embedding) -> String { "train/\(layer.name).tsv" }

    /// A string of a text file of protocol buffers.
    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
