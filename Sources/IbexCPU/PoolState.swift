import CIbexVector
import Glibc
import Synchronization

/// What the threads of a pool share. One word says which launch is on (24 bits), how many chunks it has (20)
/// and which is next (20): a chunk is taken by a compare-and-swap on all three, so that a thread which wakes
/// too late can take nothing from a launch that is over.
///
/// Unchecked: `body` is written before the word is published and read after a chunk was taken from it; the
/// lock and the condition are C handles.
final class PoolState: @unchecked Sendable {
    typealias Body = (Int, Int) -> Void

    static let maximumChunks = 1 << 20 - 1
    private static let spins = 4_000

    private let word = Atomic<UInt64>(0)
    private let finished = Atomic<Int>(0)
    private let sleepers = Atomic<Int>(0)
    private let launching = Atomic<Bool>(false)
    private let stopping = Atomic<Bool>(false)
    private var body: UnsafeRawPointer?
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        pthread_mutex_init(lock, nil)
        pthread_cond_init(wake, nil)
    }

    deinit {
        pthread_cond_destroy(wake)
        pthread_mutex_destroy(lock)
        wake.deallocate()
        lock.deallocate()
    }

    func claimLaunch() -> Bool {
        launching.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    }

    func releaseLaunch() { launching.store(false, ordering: .releasing) }

    /// Publishes a launch, takes chunks as worker 0 and waits for those that others took.
    func launch(_ chunks: Int, _ body: UnsafeRawPointer) {
        self.body = body
        finished.store(0, ordering: .relaxed)
        let generation = (word.load(ordering: .relaxed) >> 40) &+ 1
        word.store(generation << 40 | UInt64(chunks) << 20, ordering: .sequentiallyConsistent)
        if sleepers.load(ordering: .sequentiallyConsistent) > 0 { wakeAll() }
        takeChunks(worker: 0)
        var spins = 0
        while finished.load(ordering: .acquiring) < chunks {
            spins += 1
            if spins < Self.spins { ibex_pause() } else { sched_yield() }
        }
        self.body = nil
    }

    private func takeChunks(worker: Int) {
        var current = word.load(ordering: .acquiring)
        while true {
            let chunks = Int(current >> 20 & 0xf_ffff), next = Int(current & 0xf_ffff)
            guard next < chunks else { return }
            let (taken, seen) = word.compareExchange(
                expected: current, desired: current &+ 1, ordering: .acquiringAndReleasing)
            guard taken else {
                current = seen
                continue
            }
            body?.assumingMemoryBound(to: Body.self).pointee(next, worker)
            finished.wrappingAdd(1, ordering: .releasing)
            current = word.load(ordering: .acquiring)
        }
    }

    private func serve(worker: Int) {
        var last: UInt64 = 0
        while !stopping.load(ordering: .relaxed) {
            var spins = 0
            while word.load(ordering: .relaxed) >> 40 == last, spins < Self.spins {
                ibex_pause()
                spins += 1
            }
            let generation = word.load(ordering: .acquiring) >> 40
            if generation == last { sleep(until: last) } else { last = generation }
            takeChunks(worker: worker)
        }
    }

    private func sleep(until generation: UInt64) {
        pthread_mutex_lock(lock)
        sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
        while word.load(ordering: .sequentiallyConsistent) >> 40 == generation,
            !stopping.load(ordering: .relaxed)
        {
            pthread_cond_wait(wake, lock)
        }
        sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
        pthread_mutex_unlock(lock)
    }

    private func wakeAll() {
        pthread_mutex_lock(lock)
        pthread_cond_broadcast(wake)
        pthread_mutex_unlock(lock)
    }

    func stop() {
        stopping.store(true, ordering: .sequentiallyConsistent)
        wakeAll()
    }

    func startThread(_ worker: Int) {
        final class Start {
            let state: PoolState
            let worker: Int
            init(_ state: PoolState, _ worker: Int) { (self.state, self.worker) = (state, worker) }
        }
        var thread = pthread_t()
        let start = Unmanaged.passRetained(Start(self, worker))
        let failed = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                _ = ibex_flush_subnormals(1)
                start.state.serve(worker: start.worker)
                return nil
            }, start.toOpaque())
        // A machine that refuses a thread computes with those it gave.
        if failed != 0 { start.release() } else { pthread_detach(thread) }
    }
}
