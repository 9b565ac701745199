import CIbexVector
import Glibc
import IbexGraph
import Synchronization

/// The threads that the CPU backend computes on.
///
/// A launch cuts its work into chunks by a rule of its own (sizes alone, never timing) and the threads,
/// the caller among them, take chunks until none is left. Which thread runs a chunk is left to chance, so
/// chunks must not depend on each other; results then do not depend on timing. Threads without work spin
/// for some microseconds and then sleep.
///
///     ThreadPool.shared.run(chunks: 8) { chunk, worker in … }
package final class ThreadPool: Sendable {
    /// The pool of this process: `IBEX_NUM_THREADS` threads, else one per processor.
    package static let shared = ThreadPool(threadCount: defaultThreadCount)

    /// How many threads run chunks, the caller's included: workers are numbered below this.
    package let threadCount: Int
    private let state: PoolState

    /// - Precondition: `threadCount` is at least 1.
    package init(threadCount: Int) {
        precondition(threadCount >= 1, "ThreadPool: found \(threadCount) threads, expected at least 1")
        self.threadCount = threadCount
        state = PoolState()
        for worker in 1..<max(threadCount, 1) where threadCount > 1 { state.startThread(worker) }
    }

    deinit { state.stop() }

    private static var defaultThreadCount: Int {
        if let text = getenv("IBEX_NUM_THREADS"), let count = Int(String(cString: text)), count > 0 {
            return min(count, 1024)
        }
        return max(1, Int(ibex_processor_count()))
    }

    /// Runs `body(chunk, worker)` once for every chunk and returns when all are done. One chunk, one thread,
    /// or a launch while another is running (nested, or from a second caller): all on the calling thread, as
    /// worker 0.
    package func run(chunks: Int, _ body: (_ chunk: Int, _ worker: Int) -> Void) {
        guard chunks > 1, threadCount > 1, state.claimLaunch() else {
            for chunk in 0..<chunks { body(chunk, 0) }
            return
        }
        // More chunks than the state word counts are grouped.
        let step = (chunks + PoolState.maximumChunks - 1) / PoolState.maximumChunks
        if step > 1 {
            launch((chunks + step - 1) / step) { group, worker in
                for chunk in (group * step)..<min(chunks, (group + 1) * step) { body(chunk, worker) }
            }
        } else {
            launch(chunks, body)
        }
        state.releaseLaunch()
    }

    private func launch(_ chunks: Int, _ body: (Int, Int) -> Void) {
        withoutActuallyEscaping(body) { body in
            withUnsafePointer(to: body) { state.launch(chunks, UnsafeRawPointer($0)) }
        }
    }

    /// Cuts `0..<count` into ranges of at least `grain` elements, one per thread at most, and runs them.
    package func split(_ count: Int, grain: Int, _ body: (_ range: Range<Int>, _ worker: Int) -> Void) {
        guard count > 0 else { return }
        let chunks = max(1, min(threadCount, count / max(grain, 1)))
        run(chunks: chunks) { chunk, worker in
            body((count * chunk / chunks)..<(count * (chunk + 1) / chunks), worker)
        }
    }
}
