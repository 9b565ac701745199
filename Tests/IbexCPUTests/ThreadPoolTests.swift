import IbexCPU
import IbexGraph
import IbexTestSupport
import Synchronization
import Testing

@Suite struct ThreadPoolTests {
    @Test(arguments: [1, 2, 3, 8], [0, 1, 2, 7, 1_000])
    func runsEveryChunkOnce(_ threads: Int, _ chunks: Int) {
        let pool = ThreadPool(threadCount: threads)
        let counts = Mutex([Int](repeating: 0, count: chunks))
        for _ in 0..<50 {
            pool.run(chunks: chunks) { chunk, worker in
                #expect((0..<threads).contains(worker))
                counts.withLock { $0[chunk] += 1 }
            }
        }
        #expect(counts.withLock { $0 }.allSatisfy { $0 == 50 })
    }

    @Test func nestedLaunchesRunInline() {
        let pool = ThreadPool(threadCount: 4)
        let total = Atomic<Int>(0)
        pool.run(chunks: 8) { _, _ in
            pool.run(chunks: 8) { _, _ in total.wrappingAdd(1, ordering: .relaxed) }
        }
        #expect(total.load(ordering: .relaxed) == 64)
    }

    @Test func wakesSleepingThreads() async throws {
        let pool = ThreadPool(threadCount: 2)
        for _ in 0..<5 {
            try await Task.sleep(for: .milliseconds(5))
            let total = Atomic<Int>(0)
            pool.run(chunks: 10) { _, _ in total.wrappingAdd(1, ordering: .relaxed) }
            #expect(total.load(ordering: .relaxed) == 10)
        }
    }

    @Test func splitsCoverTheRange() {
        let pool = ThreadPool(threadCount: 3)
        for count in [0, 1, 99, 100, 101] {
            let seen = Mutex([Int](repeating: 0, count: count))
            pool.split(count, grain: 10) { range, _ in
                seen.withLock { seen in for index in range { seen[index] += 1 } }
            }
            #expect(seen.withLock { $0 }.allSatisfy { $0 == 1 })
        }
    }

    /// Sums do not depend on which thread took which part.
    @Test func runsAreBitIdentical() throws {
        let backend = CPUBackend(pool: ThreadPool(threadCount: 3))
        let x = sample([200_000])
        let w = sample([3, 3, 4, 8])
        let images = sample([30, 20, 20, 4])
        let dy = sample([30, 18, 18, 8], seed: 4)
        func results() throws -> [Values] {
            try run(Ops.Reduce(.sum, axes: [0]), [x], on: backend)
                + run(
                    Ops.Convolution2DFilterGradient(Window(size: [3, 3]), groups: 1, filter: w.shape), [images, dy],
                    on: backend)
        }
        let first = try results()
        for _ in 0..<5 { #expect(try results() == first) }
    }
}
