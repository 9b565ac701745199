import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

@testable import IbexFiles

/// A file that Keras saved, with what the model computes.
struct SavedModel: Sendable, CustomTestStringConvertible {
    let keras: Int
    let name: String
    /// `keras`, `h5` or `h5_weights`.
    let format: String

    var testDescription: String { "Keras \(keras), \(name), \(format)" }

    /// Every file of the oracle in these formats; that of the recurrent model is not yet for us.
    static func all(_ formats: String...) -> [SavedModel] {
        [2, 3].flatMap { keras in
            ((try? OracleModel.names(keras: keras)) ?? []).filter { $0 != "text_lstm" }.flatMap { name in
                formats.filter { (try? OracleModel(name, keras: keras).path($0)) != nil }.map {
                    SavedModel(keras: keras, name: name, format: $0)
                }
            }
        }
    }

    var oracle: OracleModel { get throws { try OracleModel(name, keras: keras) } }

    func path() throws -> String { try #require(try oracle.path(format)) }
}

extension OracleModel {
    func inputs() throws -> [Tensor] { try names("inputs").map { try values("x.\($0)").tensor } }

    func targets() throws -> [Tensor] { try names("outputs").map { try values("y.\($0)").tensor } }

    /// Whether training repeats exactly: nothing is drawn.
    var isRepeatable: Bool { fields["repeatable_training"]?.bool == true }

    /// Compares what a model predicts with `prediction.*` or `resumed.prediction.*`.
    func expectPredictions(
        of model: Model, _ prefix: String, within bound: Double, _ subject: String,
        location: SourceLocation = #_sourceLocation
    ) throws {
        let found = try model.predict(try inputs(), verbose: 0)
        let names = names("outputs")
        #expect(found.count == names.count, sourceLocation: location)
        for (tensor, name) in zip(found, names) {
            let want = try values("\(prefix).\(name)")
            expectClose(
                Values(tensor.shape, want.dtype, try tensor.doubles()), want, .ofPeak(bound), "\(subject), \(name)",
                sourceLocation: location)
        }
    }

    /// Compares what `evaluate` reports, name by name.
    func expectEvaluation(of model: Model, _ subject: String) throws {
        let found = try model.evaluate(try inputs(), try targets(), verbose: 0)
        let names = names("evaluate")
        #expect(Set(found.names) == Set(names), Comment(rawValue: subject))
        for (index, name) in names.enumerated() {
            let want = try values("evaluate.\(index)").scalars[0]
            let got = found[name] ?? .nan
            #expect(abs(got - want) <= 1e-5 * max(abs(want), 1), "\(subject), \(name): \(got), Keras \(want)")
        }
    }
}

/// Runs a body with a folder of its own.
func withScratch<Result>(_ body: (Scratch) throws -> Result) throws -> Result {
    let folder = try Scratch()
    return try withExtendedLifetime(folder) { try body(folder) }
}

/// The bits of all weights, and of the optimizer's state.
func contents(of model: Model) throws -> [[UInt8]] {
    try (model.weights + (model.optimizer?.variables ?? [])).map { try $0.stored.bytes() }
}
