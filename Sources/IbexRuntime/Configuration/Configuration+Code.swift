import IbexGraph
import Synchronization

/// What a program sets and reads in code, as Keras's `keras.config`. What is set stands over the environment and
/// keras.json, and under the arguments of calls: a layer made with `dataFormat: .channelsFirst` has that. It holds for
/// what is made later, in the whole process or in the `withConfiguration` around it.
///
///     try Configuration.setFloatx(.float64)
///     let layer = Dense(10)                     // its weights are float64
extension Configuration {
    /// The type of tensors where nothing else decides: `float32` unless something says otherwise.
    ///
    /// Where keras.json or the environment is wrong, this and its kin give Keras's defaults; the error shows when a
    /// device is asked for, or from `Configuration.current`.
    public static func floatx() -> DType { (try? current.floatx) ?? .float32 }

    /// Sets the type of tensors where nothing else decides: `.float32` or `.float64`.
    /// - Throws: `IbexError` of kind `configuration` for any other type.
    public static func setFloatx(_ dtype: DType) throws {
        let dtype = try floatType(dtype.rawValue, at: "setFloatx")
        change { $0.floatx = dtype }
    }

    /// The small number that losses, metrics and constraints keep divisions and logarithms away from zero with.
    /// Optimizers and normalizations have one of their own.
    public static func epsilon() -> Double { (try? current.epsilon) ?? 1e-7 }

    /// Sets the small number.
    /// - Throws: `IbexError` of kind `configuration` for one that is not above 0 and finite.
    public static func setEpsilon(_ epsilon: Double) throws {
        guard epsilon > 0, epsilon.isFinite else {
            throw IbexError(.configuration, at: "setEpsilon", found: "\(epsilon)", expected: "a finite number above 0")
        }
        change { $0.epsilon = epsilon }
    }

    /// The order of an image's axes where a layer is not told.
    public static func imageDataFormat() -> ImageDataFormat { (try? current.imageDataFormat) ?? .channelsLast }

    /// Sets the order of an image's axes.
    public static func setImageDataFormat(_ format: ImageDataFormat) { change { $0.imageDataFormat = format } }

    /// The policy of layers that are made without one: what was set, else that of `floatx`.
    public static func dtypePolicy() -> DTypePolicy { settings.values.withLock(\.policy) ?? DTypePolicy(floatx()) }

    /// Sets the policy of layers that are made without one; `floatx` stays what it is, as in Keras.
    /// - Throws: `IbexError` of kind `configuration` for a policy that computes in half precision.
    public static func setDTypePolicy(_ policy: DTypePolicy) throws {
        _ = try floatType(policy.computable(at: "setDTypePolicy").rawValue, at: "setDTypePolicy")
        change { $0.policy = policy }
    }

    /// Sets the policy of layers by its name.
    /// - Throws: as `setDTypePolicy(_:)`; of kind `name` for a name that is none.
    public static func setDTypePolicy(_ name: String) throws { try setDTypePolicy(DTypePolicy(name)) }

    /// Which of the two implementations computes what is made here: `.cpu` or `.openCL`, never `.auto`.
    /// - Throws: `IbexError` where no device can be had.
    public static func backend() throws -> BackendChoice {
        let device = try Device.current ?? Device.standard
        return device.id.hasPrefix("opencl") ? .openCL : .cpu
    }

    /// This configuration under what is set in code.
    package var withSettings: Configuration {
        let values = Self.settings.values.withLock { $0 }
        var configuration = self
        configuration.floatx = values.floatx ?? floatx
        configuration.epsilon = values.epsilon ?? epsilon
        configuration.imageDataFormat = values.imageDataFormat ?? imageDataFormat
        return configuration
    }

    static func withSettingsOfItsOwn<Result>(_ body: () throws -> Result) rethrows -> Result {
        try $scoped.withValue(Settings(settings.values.withLock { $0 }), operation: body)
    }

    /// What is set in code; `nil` where nothing is.
    private struct Values: Sendable {
        var floatx: DType?
        var epsilon: Double?
        var imageDataFormat: ImageDataFormat?
        var policy: DTypePolicy?
    }

    /// The values of the process or of one scope.
    private final class Settings: Sendable {
        let values: Mutex<Values>
        init(_ values: Values) { self.values = Mutex(values) }
    }

    private static let process = Settings(Values())
    @TaskLocal private static var scoped: Settings?
    private static var settings: Settings { scoped ?? process }

    private static func change(_ body: (inout Values) -> Void) { settings.values.withLock { body(&$0) } }
}

/// Runs `body` with settings of its own: they begin as those outside, and what `body` sets ends with it.
///
///     try withConfiguration {
///         try Configuration.setFloatx(.float64)
///         return try train()
///     }
public func withConfiguration<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Configuration.withSettingsOfItsOwn(body)
}

/// A tensor in the configuration's type, as Keras's `cast_to_floatx`.
public func castToFloatx(_ tensor: Tensor) -> Tensor { tensor.cast(to: Configuration.floatx()) }
