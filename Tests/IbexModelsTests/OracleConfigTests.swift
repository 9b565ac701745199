import IbexGraph
import IbexModels
import IbexTestSupport
import Testing

/// What is made from Keras's configuration gives one back from which its twin is made.
@Suite struct OracleConfigTests {
    @Test func lossesGiveTheirConfigurationBack() throws {
        for oracle in try OracleCatalogue.shared().cases(family: "losses") {
            let loss = try Loss(oracle.name, arguments: oracle.kerasOptions)
            #expect(loss.className == oracle.name)
            #expect(try Loss(config: loss.serialized).serialized == loss.serialized, "\(oracle.id)")
            for (key, value) in oracle.kerasOptions where !value.isNull && key != "reduction" {
                let held = loss.config[key]
                #expect(
                    held == value || held?.double == value.double && value.double != nil
                        || held?.ints == value.int.map { [$0] }, "\(oracle.id), \(key)")
            }
        }
    }

    @Test func optimizersGiveTheirConfigurationBack() throws {
        var made: Set<String> = []
        for oracle in try OracleCatalogue.shared().cases(family: "optimizers") {
            let optimizer = try Optimizer.named(oracle.name, arguments: oracle.kerasConfig)
            #expect(optimizer.className == oracle.name)
            #expect(try Optimizer.configured(optimizer.serialized).config == optimizer.config, "\(oracle.id)")
            expectSame(optimizer.config, oracle.kerasConfig, oracle.id)
            made.insert(oracle.name)
        }
        let names = [
            "SGD", "RMSprop", "Adam", "AdamW", "Adamax", "Nadam", "Adagrad", "Adadelta", "Adafactor", "Ftrl", "Lion",
            "Lamb", "Muon", "ScheduleFreeAdamW", "LossScaleOptimizer",
        ]
        #expect(made == Set(names))
    }

    @Test func badArgumentsAreNamed() {
        expectError(.argument, at: "CategoricalGeneralizedCrossEntropy", found: "1.5") {
            _ = try Loss("CategoricalGeneralizedCrossEntropy", arguments: ["q": 1.5])
        }
        expectError(.argument, at: "Dice", found: "last") { _ = try Loss("Dice", arguments: ["axis": "last"]) }
        expectError(.name, at: "optimizer", found: "adamm", expected: "adamw") { _ = try Optimizer.named("adamm") }
        expectError(.argument, at: "ftrl", found: "power 0.5") { try Ftrl(learningRatePower: 0.5).validate() }
    }
}
