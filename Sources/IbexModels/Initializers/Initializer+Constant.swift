import IbexGraph

extension Initializer {
    /// All zeros.
    public static var zeros: Initializer { Initializer("Zeros") { [Double](repeating: 0, count: $0.elementCount) } }

    /// All ones.
    public static var ones: Initializer { Initializer("Ones") { [Double](repeating: 1, count: $0.elementCount) } }

    /// One number throughout.
    public static func constant(_ value: Double = 0) -> Initializer {
        Initializer("Constant", config: ["value": .double(value)]) {
            [Double](repeating: value, count: $0.elementCount)
        }
    }
}
