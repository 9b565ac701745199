import IbexGraph
import IbexRuntime

extension Optimizer {
    /// An error about the optimizer's arguments.
    public func argumentError(_ found: String, expected: String, remedy: String = "") -> IbexError {
        IbexError(.argument, at: "optimizer \(name)", found: found, expected: expected, remedy: remedy)
    }

    /// Checks that numbers lie in 0 ..< 1, as the decay rates of moving averages do.
    func requireDecayRates(_ rates: KeyValuePairs<String, Double>) throws {
        for (name, rate) in rates where !(0..<1).contains(rate) {
            throw argumentError("\(name) \(rate)", expected: "a number from 0 up to, but not, 1")
        }
    }

    /// Checks that numbers are finite and not below zero.
    func requireNotNegative(_ numbers: KeyValuePairs<String, Double>) throws {
        for (name, number) in numbers where !(number >= 0 && number.isFinite) {
            throw argumentError("\(name) \(number)", expected: "a number of at least 0")
        }
    }

    /// Whether one of the regular expressions is found in the path of a weight, or in its last part.
    func matches(_ weight: Variable, _ expressions: [String]) throws -> Bool {
        let name = weight.name.split(separator: "/").last ?? ""
        return try expressions.contains { text in
            let expression = try expression(text)
            return weight.name.contains(expression) || name.contains(expression)
        }
    }

    func expression(_ text: String) throws -> Regex<AnyRegexOutput> {
        do { return try Regex(text) } catch {
            throw argumentError("the name \"\(text)\"", expected: "a regular expression", remedy: "\(error)")
        }
    }
}
