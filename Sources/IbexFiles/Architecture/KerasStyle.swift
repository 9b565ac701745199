/// Whose way of writing configurations: that of Keras 3, or that of Keras 2.
public enum KerasStyle: Sendable, Hashable {
    case keras3
    case keras2
}

/// How the configurations in a file are written.
package enum ConfigDialect: Sendable, Hashable {
    /// `.keras` files and JSON of Keras 3.
    case keras3
    /// The `.h5` files that Keras 3 writes: without modules and shapes.
    case keras3HDF5
    /// JSON, YAML and `.h5` files of Keras 2 and its predecessors.
    case keras2

    /// - Parameter version: Keras's version as files of all formats state it, such as `2.12.0`.
    package init(version: String) {
        self = ["0.", "1.", "2."].contains { version.hasPrefix($0) } ? .keras2 : .keras3
    }
}
