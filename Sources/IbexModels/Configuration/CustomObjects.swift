import IbexGraph

/// What configurations may name beside Keras's own classes and functions: layers, losses, metrics and the like of your own,
/// for the body of `withCustomObjects`.
struct CustomObjects: Sendable {
    typealias Maker<Object> = @Sendable (Config) throws -> Object

    var layers: [String: Maker<Layer>] = [:]
    var losses: [String: Loss] = [:]
    var metrics: [String: Maker<Metric>] = [:]
    var optimizers: [String: Maker<Optimizer>] = [:]
    var schedules: [String: Maker<LearningRateSchedule>] = [:]
    var initializers: [String: Maker<Initializer>] = [:]
    var regularizers: [String: Maker<Regularizer>] = [:]
    var constraints: [String: Maker<Constraint>] = [:]
    var activations: [String: ActivationFunction] = [:]

    @TaskLocal static var current = CustomObjects()

    /// The entry for a name: that of `package>Name`, or of the name alone.
    static func entry<Entry>(_ kind: KeyPath<CustomObjects, [String: Entry]>, _ name: String) -> Entry? {
        let entries = current[keyPath: kind]
        return entries[name] ?? name.split(separator: ">").last.flatMap { entries[String($0)] }
    }

    /// What the maker for a name makes of a configuration; `nil` where there is none.
    static func made<Object>(
        _ kind: KeyPath<CustomObjects, [String: Maker<Object>]>, _ name: String, _ config: Config
    ) throws(IbexError) -> Object? {
        guard let make = entry(kind, name) else { return nil }
        do { return try make(config) } catch let error as IbexError { throw error } catch {
            throw IbexError(
                .argument, at: "custom object \(name)", found: "\(error)", expected: "its configuration to fit")
        }
    }

    mutating func merge(_ other: CustomObjects) {
        func join<Entry>(_ kind: WritableKeyPath<CustomObjects, [String: Entry]>) {
            self[keyPath: kind].merge(other[keyPath: kind]) { $1 }
        }
        join(\.layers)
        join(\.losses)
        join(\.metrics)
        join(\.optimizers)
        join(\.schedules)
        join(\.initializers)
        join(\.regularizers)
        join(\.constraints)
        join(\.activations)
    }
}

/// Runs a body in which configurations, and the files that hold them, may name objects of your own, as Keras's
/// `custom_object_scope`.
///
/// Each goes by the name that was written: the class's, or `package>Name` for what Python registered with
/// `register_keras_serializable(package: "package")`. Scopes nest; an inner name hides an outer one.
///
///     let model = try withCustomObjects(layers: ["Scale": { try Scale(config: $0) }], losses: ["quartic": quartic]) {
///         try modelFromJSON(text)
///     }
///
/// - Parameters:
///   - layers: layers by the names of their classes, made from their configurations; likewise metrics, optimizers,
///     schedules, initializers, regularizers and constraints.
///   - losses: functions by their names; likewise activations.
public func withCustomObjects<R>(
    layers: [String: @Sendable (Config) throws -> Layer] = [:], losses: [String: Loss] = [:],
    metrics: [String: @Sendable (Config) throws -> Metric] = [:],
    optimizers: [String: @Sendable (Config) throws -> Optimizer] = [:],
    schedules: [String: @Sendable (Config) throws -> LearningRateSchedule] = [:],
    initializers: [String: @Sendable (Config) throws -> Initializer] = [:],
    regularizers: [String: @Sendable (Config) throws -> Regularizer] = [:],
    constraints: [String: @Sendable (Config) throws -> Constraint] = [:],
    activations: [String: ActivationFunction] = [:], _ body: () throws -> R
) rethrows -> R {
    var objects = CustomObjects.current
    objects.merge(
        CustomObjects(
            layers: layers, losses: losses, metrics: metrics, optimizers: optimizers, schedules: schedules,
            initializers: initializers, regularizers: regularizers, constraints: constraints,
            activations: activations))
    return try CustomObjects.$current.withValue(objects, operation: body)
}
