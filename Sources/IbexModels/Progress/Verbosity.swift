/// How much is printed.
public enum Verbosity: Int, Sendable, ExpressibleByIntegerLiteral {
    case silent = 0
    /// A bar that moves, on a terminal. Elsewhere, in a pipe, a log file or on a build server, one line an epoch, and for
    /// an epoch that takes long a line after one, two, four, eight and so on minutes.
    case bar = 1
    /// One line an epoch, wherever it goes.
    case lines = 2

    /// What suits the place: `bar`, as in Keras.
    public static let auto = Verbosity.bar

    /// 0 is silent, 1 a bar, anything else lines.
    public init(integerLiteral value: Int) { self = Verbosity(rawValue: value) ?? .lines }
}
