import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Layers against Keras: results, masks, penalties, gradients and statistics, made from Keras's own configurations.
@Suite(.serialized) struct LayerOracleTests {
    @Test(
        arguments: ["cpu", "opencl"],
        [("layers_core", 64), ("layers_conv", 135), ("layers_pool", 72), ("layers_norm", 40)])
    func agreesWithKeras(device: String, family: (name: String, cases: Int)) throws {
        try PlainKernels.withDevice(device) {
            var batch = OracleBatch()
            var missing: Set<String> = []
            for oracle in try OracleCatalogue.shared().cases(family: family.name) {
                guard LayerRegistry.names.contains(oracle.name) else {
                    missing.insert(oracle.name)
                    continue
                }
                do { try OracleLayer(oracle).add(to: &batch) } catch { Issue.record(error, "\(oracle.id)") }
            }
            #expect(missing.isEmpty)
            try batch.check(device)
            #expect(batch.count == family.cases)
            print("\(device), \(family.name): \(batch.count) of \(family.cases) cases")
        }
    }

    /// What a layer says that it was made with is what Keras says, key for key.
    @Test(arguments: ["layers_core", "layers_conv", "layers_pool", "layers_norm"])
    func configurationsAreKeras(family: String) throws {
        for oracle in try OracleCatalogue.shared().cases(family: family)
        where LayerRegistry.names.contains(oracle.name) {
            let layer = try LayerRegistry.layer(oracle.name, config: oracle.kerasConfig)
            let known = oracle.kerasConfig
            for (key, value) in known where key != "quantization_config" && !value.isNull {
                #expect(
                    layer.config[key]?.matches(value) == true, "\(oracle.id), key \(key): \(layer.config[key] ?? .null)"
                )
            }
            let twin = try LayerRegistry.layer(layer.className, config: layer.config)
            #expect(twin.config == layer.config, "\(oracle.id)")
        }
    }
}

extension ConfigValue {
    /// Whether two values of a configuration say the same: 1 and 1.0 do, and so do an object and one with more keys.
    fileprivate func matches(_ other: ConfigValue) -> Bool {
        if let a = double, let b = other.double { return abs(a - b) <= 1e-6 * abs(b) }
        if let a = array, let b = other.array { return a.count == b.count && zip(a, b).allSatisfy { $0.matches($1) } }
        if let a = object, let b = other.object {
            return b.allSatisfy { key, value in value.isNull || a[key]?.matches(value) == true }
        }
        return self == other
    }
}
