import FoundationEssentials
import IbexGraph
import Logging

/// In which order the axes of images lie.
public enum ImageDataFormat: String, Sendable, Hashable, CaseIterable {
    /// Batch, height, width, channels; the inner layout of Ibex.
    case channelsLast = "channels_last"
    /// Batch, channels, height, width.
    case channelsFirst = "channels_first"
}

/// Which of the two implementations computes.
public enum BackendChoice: String, Sendable, Hashable, CaseIterable {
    case auto, cpu
    case openCL = "opencl"
}

/// What the user set, in arguments, in code, in the environment and keras.json, and the defaults for the rest.
///
/// An argument stands over what code set (`Configuration.setFloatx` and kin), that over an environment variable, that over
/// keras.json, that over the default:
///
/// | value | environment | key of keras.json | default |
/// | --- | --- | --- | --- |
/// | `floatx` | `IBEX_FLOATX` | `floatx` | `float32` |
/// | `epsilon` | | `epsilon` | 1e-7 |
/// | `imageDataFormat` | `IBEX_IMAGE_DATA_FORMAT` | `image_data_format` | `channels_last` |
/// | `device` | `IBEX_BACKEND`, `IBEX_DEVICE` | `backend`, `device` | `auto` |
/// | `batchSize` | `IBEX_BATCH_SIZE` | `batch_size` | 32 |
/// | `threads` | `IBEX_NUM_THREADS` | | the number of processors |
/// | `autotune` | `IBEX_AUTOTUNE` | | no |
/// | `logLevel` | `IBEX_LOG_LEVEL` | | `notice` |
///
/// keras.json is the first of `$IBEX_CONFIG`, `$KERAS_HOME/keras.json` and `~/.keras/keras.json` that exists; Ibex
/// never writes it. An empty environment variable counts as not set.
public struct Configuration: Sendable, Hashable {
    /// The type of parameters and of computation: `float32` or `float64`.
    public internal(set) var floatx: DType
    /// The small number that keeps divisions and logarithms away from zero.
    public internal(set) var epsilon: Double
    public internal(set) var imageDataFormat: ImageDataFormat
    /// Where tensors are made unless a device scope says otherwise.
    public let device: DeviceSpecification
    /// What set the device, for messages: `IBEX_DEVICE`, `keras.json`, `the default`.
    public let deviceSource: String
    /// The batch size of `fit` and kin where the call names none.
    public let batchSize: Int
    /// The number of threads of the CPU backend; `nil`: as many as there are processors.
    public let threads: Int?
    /// Whether an OpenCL program's kernels are tuned when it is prepared, at most five seconds each.
    public let autotune: Bool
    public let logLevel: Logger.Level
    /// The folders for data and caches.
    package let folders: Folders
    /// What the reader of a log should know: unknown keys, another framework's name.
    package let notices: [String]

    /// What a program sets itself, above environment and file.
    public struct Arguments: Sendable, Hashable {
        public var floatx: DType?
        public var epsilon: Double?
        public var imageDataFormat: ImageDataFormat?
        public var backend: BackendChoice?
        public var device: DeviceSpecification?
        public var batchSize: Int?
        public var threads: Int?

        public init() {}
    }

    /// Decides every value.
    ///
    /// - Throws: `IbexError` of kind `configuration` that names the variable, key or argument and what was expected;
    ///   for a backend and a device that contradict each other, both sources.
    public init(arguments: Arguments = Arguments(), environment: [String: String], file: KerasFile?) throws {
        let variables = EnvironmentVariables(environment)
        floatx = try Self.computable(arguments.floatx, "floatx") ?? variables.floatx() ?? file?.floatx ?? .float32
        epsilon = try Self.positive(arguments.epsilon, "epsilon") ?? file?.epsilon ?? 1e-7
        imageDataFormat =
            try arguments.imageDataFormat ?? variables.imageDataFormat() ?? file?.imageDataFormat ?? .channelsLast
        batchSize =
            try Self.positive(arguments.batchSize, "batchSize") ?? variables.batchSize() ?? file?.batchSize ?? 32
        threads = try Self.positive(arguments.threads, "threads") ?? variables.threads()
        autotune = try variables.autotune() ?? false
        logLevel = try variables.logLevel() ?? .notice
        (device, deviceSource) = try DeviceRequest.resolve(
            arguments: DeviceRequest(
                backend: arguments.backend.map { Sourced($0, "the argument backend") },
                device: arguments.device.map { Sourced($0, "the argument device") }),
            environment: DeviceRequest(
                backend: variables.backend().map { Sourced($0, "IBEX_BACKEND") },
                device: variables.device().map { Sourced($0, "IBEX_DEVICE") }),
            file: DeviceRequest(
                backend: file?.backend.map { Sourced($0, "\(file?.path ?? ""), key \"backend\"") },
                device: file?.device.map { Sourced($0, "\(file?.path ?? ""), key \"device\"") }))
        folders = Folders(environment: environment)
        notices = file?.notices ?? []
    }

    /// Decides every value from the process's environment and the file that it names.
    /// - Throws: as `init(arguments:environment:file:)`, and for a file that cannot be read or is malformed.
    public static func load(
        arguments: Arguments = Arguments(),
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> Configuration {
        let file = try KerasFile.locate(environment: environment).map { try KerasFile(contentsOf: $0) }
        return try Configuration(arguments: arguments, environment: environment, file: file)
    }

    private static let loaded = Result {
        let configuration = try load()
        let logger = makeLogger(configuration.logLevel)
        for notice in configuration.notices { logger.notice("\(notice)") }
        return configuration
    }

    /// The logger of this process, at the level that the configuration names.
    package static var logger: Logger { makeLogger((try? current)?.logLevel ?? .notice) }

    private static func makeLogger(_ level: Logger.Level) -> Logger {
        var logger = Logger(label: "ibex")
        logger.logLevel = level
        return logger
    }

    /// The configuration of this process, read once, its notices logged then; over it what is set in code.
    public static var current: Configuration {
        get throws { try loaded.get().withSettings }
    }

    private static func computable(_ dtype: DType?, _ argument: String) throws -> DType? {
        guard let dtype, dtype != .float32, dtype != .float64 else { return dtype }
        throw IbexError(
            .configuration, at: "the argument \(argument)", found: dtype.rawValue, expected: "float32 or float64")
    }

    private static func positive<Number: Numeric & Comparable>(_ number: Number?, _ argument: String) throws -> Number?
    {
        guard let number, !(number > 0) else { return number }
        throw IbexError(
            .configuration, at: "the argument \(argument)", found: "\(number)", expected: "a number above 0")
    }
}
