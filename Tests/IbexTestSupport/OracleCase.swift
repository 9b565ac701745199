import Foundation
import IbexArrays
import IbexGraph

/// One case of `Tests/Oracle/data/ops`: what Keras was given and what it computed.
///
///     for oracle in try OracleCatalogue.shared().cases(family: "ops_math", named: "matmul") {
///         let x1 = try oracle.values("input.x1")
///     }
public struct OracleCase: Sendable {
    /// `family/case`.
    public let id: String
    public let family: String
    /// What it is: `layer`, `activation`, `op`, `loss`, `metric`, `optimizer`, …
    public let kind: String
    /// Keras's class or function.
    public let name: String
    public let config: [String: JSONValue]
    /// What was passed to a loss's or a metric's constructor.
    public let options: [String: JSONValue]
    /// Keyword arguments of the layer's call, such as `training`.
    public let call: [String: JSONValue]
    /// How often the layer was called in a row.
    public let calls: Int
    /// The weights in Keras's order.
    public let weights: [(name: String, trainable: Bool)]
    /// Every field of the case, for kinds that have more.
    public let fields: [String: JSONValue]
    private let tensors: [String: String]
    private let file: SafetensorsFile

    init(_ value: JSONValue, files: [String: SafetensorsFile]) throws {
        let id = value["id"]?.string ?? "a case without id"
        guard let fields = value.object, let family = value["family"]?.string, let kind = value["kind"]?.string,
            let name = value["name"]?.string, let tensors = value["tensors"]?.object, let file = files[family]
        else {
            throw IbexError(
                .file, at: "cases.json", found: id, expected: "id, family, kind, name, tensors and a known family")
        }
        self.id = id
        self.family = family
        self.kind = kind
        self.name = name
        self.file = file
        self.fields = fields
        self.tensors = tensors.compactMapValues(\.string)
        config = value["config"]?.object ?? [:]
        options = value["options"]?.object ?? [:]
        call = value["call"]?.object ?? [:]
        calls = value["calls"]?.int ?? 1
        weights = (value["weights"]?.array ?? []).compactMap { weight in
            weight["name"]?.string.map { ($0, weight["trainable"]?.bool ?? true) }
        }
    }

    /// All roles that the case has a tensor for, sorted; those that begin with `prefix`.
    public func roles(_ prefix: String = "") -> [String] {
        tensors.keys.filter { $0.hasPrefix(prefix) }.sorted {
            $0.compare($1, options: .numeric) == .orderedAscending
        }
    }

    public func has(_ role: String) -> Bool { tensors[role] != nil }

    /// The tensor of a role, such as `input.x`, `output.0`, `grad.weight.kernel`.
    public func values(_ role: String) throws -> Values {
        guard let key = tensors[role] else {
            throw IbexError(.name, at: id, found: "no role \(role)", expected: "one of \(roles())")
        }
        return try file.values(key)
    }

    /// The bound for the case's outputs and gradients: its family's, widened by the largest
    /// peak among them (`Tests/Oracle/README.md`, "Tolerances").
    public func tolerance() throws -> Tolerance {
        let peak = try (roles("output.") + roles("grad.")).map { try values($0).peak }.max() ?? 0
        return .ofPeak(Self.bound(of: family, id: id), casePeak: peak)
    }

    static func bound(of family: String, id: String) -> Double {
        switch family {
        case "layers_core", "layers_conv", "losses": 5e-6
        case "layers_pool", "schedules", "regularizers_constraints": 2e-6
        case "layers_norm": id.hasSuffix("_offset") ? 1e-4 : 2e-5
        case "layers_attention", "metrics": 2e-5
        case "layers_recurrent", "activations", "optimizers", "ops_math": 1e-5
        case "ops_shape": 1e-6
        default: 0
        }
    }
}

extension OracleCase: CustomStringConvertible {
    public var description: String { id }
}
