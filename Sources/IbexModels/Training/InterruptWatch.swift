import CIbexInterrupt
import Glibc
import IbexGraph
import Synchronization

/// Watches for Control-C while a training runs.
///
/// The handler is installed for the first training that asks for it, and the former one put back with the last.
final class InterruptWatch {
    private static let watchers = Mutex(0)

    /// - Throws: `IbexError` of kind `device` where the system does not let us watch.
    init() throws {
        try Self.watchers.withLock { count in
            if count == 0 {
                let failure = ibex_interrupt_begin()
                guard failure == 0 else {
                    throw IbexError(
                        .device, at: "fit(interruptible:)", found: String(cString: strerror(failure)),
                        expected: "a handler for SIGINT")
                }
            }
            count += 1
        }
    }

    deinit {
        Self.watchers.withLock { count in
            count -= 1
            if count == 0 { ibex_interrupt_end() }
        }
    }

    /// Whether Control-C was pressed since the beginning.
    var isRequested: Bool { ibex_interrupt_count() > 0 }
}

extension Model {
    /// Notes in the history where the training at work is, if Control-C was pressed.
    func noteInterruption() {
        guard let interruptWatch, interruptWatch.isRequested, let history, !history.isInterrupted,
            let position = trainingPosition
        else { return }
        history.interruption = History.Interruption(epoch: position.epoch, batches: position.batch)
    }
}
