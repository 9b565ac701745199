/// The one error that Ibex throws: what was found, what was expected, what to do, and where.
///
/// Misuse of a tensor op traps instead, while the graph is built (see `Tensor`); what can fail
/// outside the programmer's hands, and everything that a model is given, throws.
///
///     do { try model.fit(x, y) } catch let error as IbexError { print(error) }
public struct IbexError: Error, Sendable, Hashable {
    /// What went wrong, for a program that wants to react.
    public enum Kind: String, Sendable, Hashable {
        /// Shapes, ranks or element types do not fit.
        case shape
        /// An argument is outside its range.
        case argument
        /// Data from outside is wrong: counts, labels, NaN.
        case data
        /// A file cannot be read, or is not what it should be.
        case file
        /// keras.json, the environment or an option is wrong.
        case configuration
        /// There is no such device, or it fails.
        case device
        /// Memory is exhausted, on the host or on the device.
        case memory
        /// A kernel does not compile, or a device lacks what an op needs.
        case kernel
        /// A model is used before it is ready: not built, not compiled.
        case state
        /// A name that resolves to nothing.
        case name
    }

    public var kind: Kind
    /// What was found.
    public var found: String
    /// What was expected instead.
    public var expected: String
    /// What the reader can do about it; empty where `expected` says it all.
    public var remedy: String
    /// The op, layer, key or file that found it.
    public var place: String

    public init(_ kind: Kind, at place: String, found: String, expected: String, remedy: String = "") {
        self.kind = kind
        self.place = place
        self.found = found
        self.expected = expected
        self.remedy = remedy
    }
}

extension IbexError: CustomStringConvertible {
    public var description: String {
        let message = "\(place): found \(found); expected \(expected)."
        return remedy.isEmpty ? message : "\(message) \(remedy)"
    }
}

/// The value of a rule that holds; where it does not, a trap with its message.
package func trapping<Value>(_ rule: () throws(IbexError) -> Value) -> Value {
    do throws(IbexError) { return try rule() } catch { preconditionFailure(error.description) }
}
