import Foundation
import IbexModels

/// The computer that a training ran on.
struct Machine: Sendable, Hashable {
    var processor: String
    var cores: Int
    /// In bytes.
    var memory: Int
    var system: String

    /// The computer at work.
    static var current: Machine {
        let info = ProcessInfo.processInfo
        return Machine(
            processor: value(of: "model name", in: "/proc/cpuinfo", separator: ":") ?? "unknown",
            cores: info.activeProcessorCount, memory: Int(clamping: info.physicalMemory),
            system: value(of: "PRETTY_NAME", in: "/etc/os-release", separator: "=") ?? info.operatingSystemVersionString
        )
    }

    /// The first value of a name in a file with a name and a value in each line.
    private static func value(of name: String, in path: String, separator: Character) -> String? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        let value = line?.split(separator: separator, maxSplits: 1).last
        return value?.trimmingCharacters(in: CharacterSet(charactersIn: " \t\""))
    }

    var config: ConfigValue {
        ["processor": .string(processor), "cores": .int(cores), "memory": .int(memory), "system": .string(system)]
    }
}
