import Foundation
import IbexGraph
import IbexModels
import IbexTestSupport
import Testing

@testable import IbexFiles

/// A model's configuration that real Keras wrote, of `Tests/Oracle/data/architectures`.
struct GoldenArchitecture: Sendable, CustomStringConvertible {
    let name: String
    let json: ConfigValue
    let modelConfig: ConfigValue?
    let trainingConfig: ConfigValue?
    let parameters: Int

    var description: String { name }

    static let keras3 = load("keras3")
    static let keras2 = load("keras2")

    /// Empty where the file is missing, which a test of the count finds.
    private static func load(_ generation: String) -> [GoldenArchitecture] {
        let url = OracleCatalogue.folder.appendingPathComponent("architectures/\(generation).json")
        guard let bytes = try? Data(contentsOf: url),
            let file = try? JSON.value(of: [UInt8](bytes), at: url.lastPathComponent)
        else { return [] }
        return (file.object?["models"]?.array ?? []).compactMap(\.object).map { entry in
            GoldenArchitecture(
                name: entry["name"]?.string ?? "", json: entry["json"] ?? .null, modelConfig: entry["model_config"],
                trainingConfig: entry["training_config"], parameters: entry["parameters"]?.int ?? -1)
        }
    }
}

/// Where two configurations differ, as paths with what stands there; 1 and 1.0 are the same.
func differences(_ got: ConfigValue?, _ want: ConfigValue?, at path: String = "") -> [String] {
    guard let got, let want else {
        return got == want
            ? [] : ["\(path): \(got?.description ?? "nothing"), expected \(want?.description ?? "nothing")"]
    }
    if let a = got.object, let b = want.object {
        return Set(a.keys).union(b.keys).sorted().flatMap { differences(a[$0], b[$0], at: "\(path)/\($0)") }
    }
    if let a = got.array, let b = want.array, a.count == b.count {
        return zip(a, b).enumerated().flatMap { differences($1.0, $1.1, at: "\(path)/\($0)") }
    }
    if let a = got.double, let b = want.double {
        return abs(a - b) <= 1e-9 * abs(b) ? [] : ["\(path): \(a), expected \(b)"]
    }
    return got == want ? [] : ["\(path): \(got), expected \(want)"]
}
