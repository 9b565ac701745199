import IbexGraph

/// What a pass has come to after a batch: loss and metrics over all its batches so far.
///
/// The values lie on the device, which may be some batches behind. A callback that does not ask for them makes nobody
/// wait; one that does chooses between waiting and being told later:
///
///     override func onTrainBatchEnd(_ batch: Int, _ logs: BatchLogs) throws {
///         if batch % 100 == 0 { print(try logs.values()) }        // waits for the device
///         logs.later { print(batch, $0["loss"] ?? .nan) }         // runs when the values have arrived
///     }
public final class BatchLogs {
    private var known: Logs?
    private var read: (() throws -> Logs)?
    private var readOutputs: (() throws -> [Tensor])?
    private var receivers: [(Logs) throws -> Void] = []

    /// Values that are there already.
    public init(_ logs: Logs) { known = logs }

    /// Values that are read when they are asked for, as long as the hook runs.
    init(_ read: @escaping () throws -> Logs) { self.read = read }

    /// No values but the results of a batch of `predict`.
    init(outputs: @escaping () throws -> [Tensor]) {
        known = Logs()
        readOutputs = outputs
    }

    /// The values, for which this waits.
    ///
    /// - Throws: what the device throws; `IbexError` of kind `state` once the hook has returned and the values are gone.
    public func values() throws -> Logs {
        if let known { return known }
        guard let read else { throw gone("values") }
        let logs = try read()
        known = logs
        return logs
    }

    /// Runs `body` with the values when they have arrived: some batches later, before the pass ends, in the order of the
    /// batches. What `body` throws ends the pass.
    public func later(_ body: @escaping (Logs) throws -> Void) { receivers.append(body) }

    /// The model's results for a batch of `predict`; none in other passes.
    ///
    /// - Throws: as `values()`.
    public func outputs() throws -> [Tensor] {
        guard let readOutputs else {
            if known != nil || read != nil { return [] }
            throw gone("outputs")
        }
        return try readOutputs()
    }

    /// Ends the time in which values can be read; gives those that wait for them. Where they are known, nobody waits.
    package func close() throws -> [(Logs) throws -> Void] {
        (read, readOutputs) = (nil, nil)
        defer { receivers = [] }
        guard let known else { return receivers }
        for receiver in receivers { try receiver(known) }
        return []
    }

    private func gone(_ what: String) -> IbexError {
        IbexError(
            .state, at: "logs of a batch", found: "\(what) asked for after the hook",
            expected: "a call of \(what)() inside the hook",
            remedy: "The device has gone on; use later { } to get values without waiting.")
    }
}
