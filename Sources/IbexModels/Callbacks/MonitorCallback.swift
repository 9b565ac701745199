import IbexGraph
import IbexRuntime

/// What callbacks share that watch one value: whether it got better.
public class MonitorCallback: Callback {
    /// The name of the value in logs.
    public let monitor: String
    public let mode: Mode
    /// By how much a value must be better than the best to count.
    public let minDelta: Double
    /// The best value so far.
    public internal(set) var best: Double?
    private var direction: Metric.Direction?

    /// Which values are better.
    public enum Mode: String, Sendable, CaseIterable {
        /// As the name says: losses are better when they are smaller, metrics of `compile` as each of them is.
        case auto
        /// Smaller ones.
        case min
        /// Larger ones.
        case max
    }

    init(monitor: String, mode: Mode, minDelta: Double = 0, best: Double? = nil) {
        self.monitor = monitor
        self.mode = mode
        self.minDelta = abs(minDelta)
        self.best = best
    }

    /// Keras's name of the class, for messages.
    var className: String { String(describing: type(of: self)) }

    /// Settles which values are better.
    ///
    /// - Throws: `IbexError` of kind `argument` where mode `auto` finds no metric of that name, or one that is neither
    ///   better when larger nor when smaller.
    func settleDirection() throws {
        guard direction == nil else { return }
        switch mode {
        case .min: direction = .down
        case .max: direction = .up
        case .auto: direction = model?.direction(of: monitor.hasPrefix("val_") ? monitor.dropFirst(4) : monitor[...])
        }
        guard direction == nil else { return }
        throw IbexError(
            .argument, at: className, found: "monitor \"\(monitor)\" with mode auto",
            expected: "a loss, or a metric given to compile that is better in one direction",
            remedy: "Say which values are better with mode: .min or mode: .max.")
    }

    /// Whether a value is better than another by more than `minDelta`, in the precision of `floatx`, as Keras compares
    /// them; any value is better than none.
    func isImprovement(_ value: Double, over reference: Double?) -> Bool {
        guard let reference else { return true }
        let threshold = direction == .up ? value - minDelta : value + minDelta
        let dtype = floatx()
        let (new, old) = (dtype.held(threshold), dtype.held(reference))
        return direction == .up ? new > old : new < old
    }

    /// The names of the values that there are, for warnings.
    func available(_ logs: Logs) -> String { logs.names.joined(separator: ",") }

    public override var state: CallbackState {
        get { CallbackState(numbers: ["best": best]) }
        set { best = newValue.numbers["best"] }
    }
}

extension Model {
    /// Which way a value of the logs gets better; `nil` where it is neither, or no such value is known.
    func direction(of name: Substring) -> Metric.Direction? {
        guard let compilation else { return nil }
        if name == "loss" || outputNames.contains(where: { name == "\($0)_loss" }) { return .down }
        let named = compilation.allMetrics.first { metric in
            metric.name == name || outputNames.contains { name == "\($0)_\(metric.name)" }
        }
        return named?.direction
    }
}
