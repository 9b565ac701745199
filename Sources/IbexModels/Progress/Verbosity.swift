/// How much is printed.
public enum Verbosity: Int, Sendable, ExpressibleByIntegerLiteral {
    case silent = 0
    /// A bar that moves; one line an epoch where standard output is no terminal.
    case bar = 1
    /// One line an epoch.
    case lines = 2

    /// 0 is silent, 1 a bar, anything else lines.
    public init(integerLiteral value: Int) { self = Verbosity(rawValue: value) ?? .lines }
}
