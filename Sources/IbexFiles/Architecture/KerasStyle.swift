/// Whose way of writing configurations: that of Keras 3, or that of Keras 2.
public enum KerasStyle: Sendable, Hashable {
    case keras3
    case keras2
}
