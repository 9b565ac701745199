import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Regularizers with their gradients, and constraints, against Keras.
@Suite(.serialized) struct RegularizerOracleTests {
    private static func cases() throws -> [OracleCase] {
        try OracleCatalogue.shared().cases(family: "regularizers_constraints")
    }

    @Test(arguments: ["cpu", "opencl"]) func agreesWithKeras(device: String) throws {
        try PlainKernels.withDevice(device) {
            var batch = OracleBatch()
            for oracle in try Self.cases() {
                let x = try oracle.tensor("input.x")
                if oracle.kind == "constraint" {
                    batch.add(oracle, "output.0", try Constraint(oracle.name, arguments: oracle.kerasConfig)(x))
                } else {
                    let y = try Regularizer(oracle.name, arguments: oracle.kerasConfig)(x)
                    batch.add(oracle, "output.0", y)
                    batch.add(oracle, "grad.input.x", gradients(of: y, withRespectTo: [x])[0])
                }
            }
            print("regularizers and constraints on \(device): \(batch.count) cases")
            #expect(batch.count == 21)
            try batch.check(device)
        }
    }

    /// Key for key, and back from Keras's wrapping.
    @Test func givesItsConfigurationBack() throws {
        for oracle in try Self.cases() {
            let (name, arguments) = (oracle.name, oracle.kerasConfig)
            let isConstraint = oracle.kind == "constraint"
            let made =
                try isConstraint
                ? Constraint(name, arguments: arguments).serialized : Regularizer(name, arguments: arguments).serialized
            let twin =
                try isConstraint ? Constraint.optional(made)?.serialized : Regularizer.optional(made)?.serialized
            #expect(twin == made, "\(oracle.id)")
            let (className, config) = try made.wrapped(at: oracle.id)
            #expect(className == name)
            expectSame(config, arguments, oracle.id)
        }
    }

    @Test func namesResolve() throws {
        for (name, className) in [
            "l1": "L1", "l2": "L2", "L1L2": "L1L2", "l1l2": "L1L2", "orthogonal_regularizer": "OrthogonalRegularizer",
        ] {
            #expect(try Regularizer(name).className == className)
        }
        for (name, className) in [
            "max_norm": "MaxNorm", "MinMaxNorm": "MinMaxNorm", "non_neg": "NonNeg", "UnitNorm": "UnitNorm",
        ] {
            #expect(try Constraint(name).className == className)
        }
    }

    @Test func badArgumentsAreNamed() {
        expectError(.argument, at: "L2, key l2", found: "-1", expected: "at least 0") {
            _ = try Regularizer("L2", arguments: ["l2": -1])
        }
        expectError(.argument, at: "OrthogonalRegularizer", found: "diagonals", expected: "rows or columns") {
            _ = try Regularizer("OrthogonalRegularizer", arguments: ["mode": "diagonals"])
        }
        expectError(.name, at: "constraint", found: "maxnorm", expected: "max_norm") { _ = try Constraint("maxnorm") }
        expectError(.argument, at: "MaxNorm, key max_value", found: "\"two\"") {
            _ = try Constraint("MaxNorm", arguments: ["max_value": "two"])
        }
    }
}
