/// Keeps the values of each epoch by name; `fit` makes one and returns it.
///
///     let history = try model.fit(x, y, epochs: 5, validationSplit: 0.2)
///     history["val_loss"]                  // five numbers
///     history.epoch                        // [0, 1, 2, 3, 4]
///
/// One that is given to `fit` among the callbacks goes on where an earlier `fit` left it; `epoch` begins anew.
public final class History: Callback {
    /// The values by name. Validation that does not run every epoch has shorter lists.
    public private(set) var history: [String: [Double]] = [:]
    /// The numbers of the epochs, from 0.
    public private(set) var epoch: [Int] = []
    /// The epoch of each value in `history`.
    private var epochs: [String: [Int]] = [:]
    /// Where Control-C ended the training; `nil` where it did not. What the history holds is of the epochs before.
    public internal(set) var interruption: Interruption?
    /// How long each epoch took, validation included.
    package private(set) var seconds: [Double] = []
    private var start = ContinuousClock.now

    /// A place in a training that was interrupted.
    public struct Interruption: Sendable, Hashable {
        /// The number of the epoch, from 0, that was not finished.
        public let epoch: Int
        /// How many of its batches were trained on.
        public let batches: Int

        public init(epoch: Int, batches: Int) { (self.epoch, self.batches) = (epoch, batches) }
    }

    /// Whether Control-C ended the training.
    public var isInterrupted: Bool { interruption != nil }

    /// The values of one name, epoch by epoch; none where there is no such name.
    public subscript(name: String) -> [Double] { history[name] ?? [] }

    /// All names, in alphabetical order, as Keras 3 has them.
    public var keys: [String] { history.keys.sorted() }

    public override func onTrainBegin(_ logs: Logs) {
        (epoch, seconds, interruption) = ([], [], nil)
    }

    public override func onEpochBegin(_ epoch: Int, _ logs: Logs) { start = .now }

    public override func onEpochEnd(_ epoch: Int, _ logs: inout Logs) {
        self.epoch.append(epoch)
        seconds.append((ContinuousClock.now - start).seconds)
        for (name, value) in logs {
            history[name, default: []].append(value)
            epochs[name, default: []].append(epoch)
        }
    }

    /// The values beside the epochs that have any, `nil` where an epoch has none of a name. Where epoch numbers repeat,
    /// since another training went on, each value stands in the row of its place in its list.
    package var alignedLogs: (logs: [String: [Double?]], epochs: [Int]) {
        let numbers = epochs.values.max { $0.count < $1.count } ?? []
        guard zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 }) else {
            return (history.mapValues { $0.map(Optional.some) }, Array(numbers.indices))
        }
        let rows = Set(epochs.values.joined()).sorted()
        let logs = history.map { name, values in
            let own = Dictionary(zip(epochs[name] ?? [], values)) { $1 }
            return (name, rows.map { own[$0] })
        }
        return (Dictionary(uniqueKeysWithValues: logs), rows)
    }
}
