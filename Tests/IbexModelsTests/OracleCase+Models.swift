import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

extension ConfigValue {
    /// The same value as the tests' reader of JSON holds it.
    init(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .number(let number): self = Int(exactly: number).map { .int($0) } ?? .double(number)
        case .string(let text): self = .string(text)
        case .array(let values): self = .array(values.map { ConfigValue($0) })
        case .object(let values): self = .object(values.mapValues { ConfigValue($0) })
        }
    }
}

extension OracleCase {
    var kerasConfig: Config { config.mapValues { ConfigValue($0) } }
    var kerasOptions: Config { options.mapValues { ConfigValue($0) } }

    func tensor(_ role: String) throws -> Tensor { try values(role).tensor }
}

/// Results of many cases, computed together: one program instead of hundreds.
struct OracleBatch {
    private var entries: [(oracle: OracleCase, role: String, result: Tensor)] = []

    var count: Int { Set(entries.map(\.oracle.id)).count }

    mutating func add(_ oracle: OracleCase, _ role: String, _ result: Tensor) {
        entries.append((oracle, role, result))
    }

    func check(_ device: String) throws {
        // PoCL takes a program's whole text anew for each of its kernels: some dozens at a time cost least.
        for start in stride(from: 0, to: entries.count, by: 48) {
            try Tensor.evaluate(entries[start..<min(start + 48, entries.count)].map(\.result))
        }
        for (oracle, role, result) in entries {
            let want = try oracle.values(role)
            let got = Values(result.shape, want.dtype, try result.doubles())
            expectClose(got, want, try oracle.tolerance(), "\(device), \(oracle.id), \(role)")
        }
    }
}
