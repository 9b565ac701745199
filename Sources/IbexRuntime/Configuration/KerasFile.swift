import FoundationEssentials
import Glibc
import IbexGraph

/// What a keras.json says; a key that it lacks is `nil`.
public struct KerasFile: Sendable, Hashable {
    public let path: String
    public private(set) var floatx: DType?
    public private(set) var epsilon: Double?
    public private(set) var imageDataFormat: ImageDataFormat?
    public private(set) var backend: BackendChoice?
    public private(set) var device: DeviceSpecification?
    public private(set) var batchSize: Int?
    package private(set) var notices: [String] = []

    /// Other frameworks that a file of Keras 1, 2 or 3 names as its backend.
    private static let otherFrameworks: Set = [
        "tensorflow", "torch", "jax", "numpy", "openvino", "theano", "cntk", "plaidml", "mxnet",
    ]
    /// Keys that Keras writes and that mean nothing here.
    private static let ignoredKeys: Set = ["nnx_enabled"]

    /// Reads the text of a file.
    /// - Throws: `IbexError` of kind `configuration` that names the file, the key and what was expected.
    public init(text: String, path: String) throws {
        self.path = path
        let values: [String: JSONScalar]
        do {
            values = try JSONDecoder().decode([String: JSONScalar].self, from: Data(text.utf8))
        } catch {
            throw IbexError(
                .configuration, at: path, found: Self.reason(error), expected: "a JSON object of keys and values")
        }
        var unknown: [String] = []
        for (key, value) in values.sorted(by: { $0.key < $1.key }) {
            if try !take(value, for: key, at: "\(path), key \"\(key)\""), !Self.ignoredKeys.contains(key) {
                unknown.append("\"\(key)\"")
            }
        }
        if !unknown.isEmpty {
            notices.append("\(path): \(unknown.joined(separator: ", ")) unknown to Ibex and ignored")
        }
    }

    /// Reads a file.
    /// - Throws: as `init(text:path:)`, and for a file that cannot be read.
    public init(contentsOf path: String) throws {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw IbexError(
                .configuration, at: path, found: "a file that cannot be read (\(error))",
                expected: "a readable keras.json")
        }
        try self.init(text: String(decoding: data, as: UTF8.self), path: path)
    }

    /// The file to read: `$IBEX_CONFIG`, else `keras.json` in `$KERAS_HOME` or in `~/.keras`; `nil` where there is
    /// none.
    /// - Throws: `IbexError` of kind `configuration` where `IBEX_CONFIG` names a file that is not there.
    package static func locate(environment: [String: String]) throws -> String? {
        if let path = environment["IBEX_CONFIG"], !path.isEmpty {
            guard access(path, F_OK) == 0 else {
                throw IbexError(
                    .configuration, at: "IBEX_CONFIG", found: "\(path), which is not there", expected: "a file")
            }
            return path
        }
        let folders = Folders(environment: environment)
        return [folders.keras, folders.defaultKeras].map { $0 + "/keras.json" }.first { access($0, F_OK) == 0 }
    }

    /// Takes the value of one key; `false` for a key that is not known.
    private mutating func take(_ value: JSONScalar, for key: String, at place: String) throws -> Bool {
        switch key {
        case "floatx": floatx = try floatType(value.string(at: place, "\"float32\" or \"float64\""), at: place)
        case "epsilon": epsilon = try value.number(at: place, "a number above 0") { $0 > 0 }
        case "image_data_format": imageDataFormat = try value.choice(at: place, ImageDataFormat.allCases)
        case "backend": backend = try backendChoice(value, at: place)
        case "device": device = try DeviceSpecification(value.string(at: place, "a device's name"), source: place)
        case "batch_size":
            let whole = try value.number(at: place, "a whole number above 0") {
                $0 >= 1 && $0 < 1e15 && $0 == $0.rounded()
            }
            batchSize = Int(whole)
        default: return false
        }
        return true
    }

    private mutating func backendChoice(_ value: JSONScalar, at place: String) throws -> BackendChoice {
        if case .string(let name) = value, Self.otherFrameworks.contains(name.lowercased()) {
            return .auto
        }
        return try value.choice(at: place, BackendChoice.allCases)
    }

    private static func reason(_ error: any Error) -> String {
        switch error as? DecodingError {
        case .dataCorrupted(let context)?:
            let detail = context.underlyingError.map { "\($0)" } ?? context.debugDescription
            return "text that is no JSON (\(detail))"
        case .typeMismatch?: return "JSON that is no object"
        default: return "text that is no JSON (\(error))"
        }
    }
}
