import Foundation
import IbexArrays
import IbexGraph

/// One training run of `Tests/Oracle/data/trajectories`, step by step.
public struct OracleTrajectory: Sendable {
    public let name: String
    public let batch: Int
    public let steps: Int
    /// Keras's configuration of the model.
    public let model: JSONValue
    /// Keras's configuration of the optimizer.
    public let optimizer: JSONValue
    public let loss: String
    /// The weights' paths, in Keras's order.
    public let weights: [String]
    /// Every field of the run.
    public let fields: JSONValue
    private let file: SafetensorsFile

    /// All runs of this checkout.
    public static func all() throws -> [OracleTrajectory] {
        let folder = OracleCatalogue.folder.appendingPathComponent("trajectories")
        let index = try JSONValue(parsing: Data(contentsOf: folder.appendingPathComponent("trajectories.json")))
        return try (index["trajectories"]?.array ?? []).map { try OracleTrajectory($0, folder: folder) }
    }

    init(_ fields: JSONValue, folder: URL) throws {
        guard let name = fields["name"]?.string, let file = fields["file"]?.string,
            let batch = fields["batch"]?.int, let steps = fields["steps"]?.int, let loss = fields["loss"]?.string,
            let model = fields["model"], let optimizer = fields["optimizer"], let weights = fields["weights"]?.array
        else {
            throw IbexError(
                .file, at: "trajectories.json", found: "an entry without some of its fields", expected: "all of them")
        }
        self.name = name
        self.batch = batch
        self.steps = steps
        self.loss = loss
        self.model = model
        self.optimizer = optimizer
        self.weights = weights.compactMap(\.string)
        self.fields = fields
        self.file = try SafetensorsFile(contentsOf: folder.appendingPathComponent(file))
    }

    /// The names of all tensors.
    public var names: [String] { file.names }

    public func values(_ name: String) throws -> Values { try file.values(name) }

    /// The bound for each step's loss: `max(2e-5, 20 * drift)`, relative.
    public var lossBound: Double { bound("loss", atLeast: 2e-5) }

    /// The bound for the weights at the end: `max(1e-4, 20 * drift)`, of the tensor's peak.
    public var weightBound: Double { bound("final_weights", atLeast: 1e-4) }

    private func bound(_ key: String, atLeast least: Double) -> Double {
        max(least, 20 * (fields["measured_drift"]?[key]?.double ?? 0))
    }
}
