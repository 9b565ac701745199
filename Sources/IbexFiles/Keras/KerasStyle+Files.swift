extension KerasStyle {
    /// The version that files name.
    package var version: String { self == .keras2 ? "2.12.0" : "3.15.1" }

    /// The path of a weight in an `.h5` file.
    func path(_ name: String) -> String { self == .keras2 ? "\(name):0" : name }
}
