/// Layers that stand in several places of a configuration, as one that two models inside a model share: Keras gives each
/// place the same `shared_object_id`, and makes one layer of them.
package final class SharedLayers {
    /// The layers of the configuration that is being read, by their numbers.
    private var made: [Int: Layer] = [:]
    /// Those without a number: Keras 3.15 forgets it at the first place of a layer in models inside models.
    private var unnumbered: [(value: ConfigValue, layer: Layer)] = []
    /// How often each layer stands in the configuration that is being written.
    private var counts: [ObjectIdentifier: Int] = [:]
    /// Those that stand in several places, as they are met.
    private var shared: [ObjectIdentifier] = []
    private var numbers: [ObjectIdentifier: Int] = [:]

    // One configuration is read or written by one task.
    private struct Scope: @unchecked Sendable {
        let layers: SharedLayers?
    }

    @TaskLocal private static var scope = Scope(layers: nil)

    private static func with<Result>(_ layers: SharedLayers, _ body: () throws -> Result) rethrows -> Result {
        try $scope.withValue(Scope(layers: layers), operation: body)
    }

    /// Runs a body that reads a configuration: places of one number give one layer.
    package static func reading<Result>(_ body: () throws -> Result) rethrows -> Result {
        try with(SharedLayers(), body)
    }

    /// The configuration that a body writes, with a number for each layer that it writes more than once.
    package static func writing(_ body: () -> ConfigValue) -> ConfigValue {
        let layers = SharedLayers()
        let config = with(layers, body)
        guard !layers.shared.isEmpty else { return config }
        layers.numbers = Dictionary(uniqueKeysWithValues: zip(layers.shared, 1...))
        return with(layers, body)
    }

    /// The layer of a number, which is made where it is met first.
    static func layer(_ value: ConfigValue, _ make: () throws -> Layer) rethrows -> Layer {
        guard let layers = scope.layers else { return try make() }
        guard let number = value.object?["shared_object_id"]?.wholeNumber else {
            let layer = try make()
            layers.unnumbered.append((value, layer))
            return layer
        }
        if let known = layers.made[number] { return known }
        let layer = try layers.unnumbered.first { $0.value.isSameLayer(as: value) }?.layer ?? make()
        layers.made[number] = layer
        return layer
    }

    /// Notes that a layer is written; the number that it gets.
    static func number(of layer: Layer) -> Int? {
        guard let layers = scope.layers else { return nil }
        let identity = ObjectIdentifier(layer)
        layers.counts[identity, default: 0] += 1
        if layers.counts[identity] == 2 { layers.shared.append(identity) }
        return layers.numbers[identity]
    }
}

extension ConfigValue {
    /// Whether two entries tell the same layer, wherever it is called.
    fileprivate func isSameLayer(as other: ConfigValue) -> Bool {
        ["class_name", "config"].allSatisfy {
            object?[$0]?.withoutSharedNumbers == other.object?[$0]?.withoutSharedNumbers
        }
    }

    private var withoutSharedNumbers: ConfigValue {
        switch self {
        case .array(let values): .array(values.map(\.withoutSharedNumbers))
        case .object(let config):
            .object(config.filter { $0.key != "shared_object_id" }.mapValues(\.withoutSharedNumbers))
        default: self
        }
    }
}
