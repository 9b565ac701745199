import IbexGraph
import Logging

/// The variables of an environment that configure Ibex, each read and checked; `nil` where one is not set.
struct EnvironmentVariables {
    private let environment: [String: String]

    init(_ environment: [String: String]) { self.environment = environment }

    func floatx() throws -> DType? { try value("IBEX_FLOATX").map { try floatType($0, at: "IBEX_FLOATX") } }

    func imageDataFormat() throws -> ImageDataFormat? {
        try choice("IBEX_IMAGE_DATA_FORMAT", ImageDataFormat.allCases)
    }

    func backend() throws -> BackendChoice? { try choice("IBEX_BACKEND", BackendChoice.allCases) }

    func device() throws -> DeviceSpecification? {
        try value("IBEX_DEVICE").map { try DeviceSpecification($0, source: "IBEX_DEVICE") }
    }

    func batchSize() throws -> Int? { try wholeNumber("IBEX_BATCH_SIZE") }

    func threads() throws -> Int? { try wholeNumber("IBEX_NUM_THREADS") }

    func autotune() throws -> Bool? {
        switch value("IBEX_AUTOTUNE") {
        case nil: nil
        case "0": false
        case "1": true
        case let text?: throw error("IBEX_AUTOTUNE", text, "0 or 1")
        }
    }

    func logLevel() throws -> Logger.Level? { try choice("IBEX_LOG_LEVEL", Logger.Level.allCases) }

    private func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

    private func choice<Choice: RawRepresentable<String>>(_ name: String, _ choices: [Choice]) throws -> Choice? {
        guard let text = value(name) else { return nil }
        guard let choice = Choice(rawValue: text.lowercased()) else {
            throw error(name, text, oneOf(choices.map(\.rawValue)))
        }
        return choice
    }

    private func wholeNumber(_ name: String) throws -> Int? {
        guard let text = value(name) else { return nil }
        guard let number = Int(text), number > 0 else { throw error(name, text, "a whole number above 0") }
        return number
    }

    private func error(_ name: String, _ found: String, _ expected: String) -> IbexError {
        IbexError(.configuration, at: name, found: "\"\(found)\"", expected: expected)
    }
}

/// Reads the name of a type that parameters can have.
func floatType(_ text: String, at place: String) throws -> DType {
    switch DType(rawValue: text) {
    case .float32?: return .float32
    case .float64?: return .float64
    case .float16?, .bfloat16?:
        throw IbexError(
            .configuration, at: place, found: "\"\(text)\"", expected: "float32 or float64",
            remedy: "\(text) stores values so far; nothing is computed in it yet.")
    default:
        throw IbexError(.configuration, at: place, found: "\"\(text)\"", expected: "float32 or float64")
    }
}

/// `a, b or c`.
package func oneOf(_ choices: [String]) -> String {
    choices.dropLast().joined(separator: ", ") + (choices.count > 1 ? " or " : "") + (choices.last ?? "")
}
