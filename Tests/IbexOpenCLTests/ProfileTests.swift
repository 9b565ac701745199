import IbexGraph
import IbexOpenCL
import IbexTestSupport
import Testing

@Suite struct ProfileTests {
    private static func product() -> [Tensor] {
        let (a, b) = (
            Rig.constant(Rig.random([3, 4], seed: 1)), Rig.constant(Rig.random([4, 5], seed: 2))
        )
        return [a.matmul(b).relu()]
    }

    /// Each launch is measured once, under a title that names op, shapes and kernel, and none outside of it.
    @Test func eachLaunchIsMeasured() throws {
        let backend = try OpenCLBackend(Rig.info.get(), variant: .cpu)
        let (executable, program) = try Rig.prepare(Self.product(), backend)
        let outputs = try program.outputTypes.map { try backend.makeStorage(byteCount: $0.byteCount) }
        func run() throws { try executable.run(inputs: [], outputs: outputs) }
        try run()
        let runs = try backend.measuringKernels { for _ in 0..<3 { try run() } }
        try run()

        #expect(runs.count == 3 * executable.launchCount)
        let products = runs.filter { $0.note.title == "matmul (3, 4) (4, 5) > (3, 5) +relu (matmul_cpu)" }
        #expect(products.count == 3)
        #expect(products.allSatisfy { $0.seconds > 0 && $0.note.byteCount == 4 * (12 + 20 + 15) })
        #expect(products.allSatisfy { $0.note.operationCount == 2 * 3 * 4 * 5 })
        for (run, next) in zip(runs, runs.dropFirst()) { #expect(run.start + run.seconds <= next.start + 1e-9) }
        struct Stop: Error {}
        #expect(throws: Stop.self) { _ = try backend.measuringKernels { throw Stop() } }
        #expect(try backend.measuringKernels(run).count == executable.launchCount)
    }
}
