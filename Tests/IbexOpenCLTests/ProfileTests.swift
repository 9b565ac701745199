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

    /// Each launch is measured once, under a label that names op, shapes and kernel.
    @Test func aProfiledBackendMeasuresEachLaunch() throws {
        let backend = try OpenCLBackend(Rig.info.get(), variant: .cpu, isProfiled: true)
        let profile = try #require(backend.profile)
        let (executable, program) = try Rig.prepare(Self.product(), backend)
        let outputs = try program.outputTypes.map { try backend.makeStorage(byteCount: $0.byteCount) }
        for _ in 0..<3 { try executable.run(inputs: [], outputs: outputs) }

        let entries = try profile.take()
        #expect(entries.reduce(0) { $0 + $1.launches } == 3 * executable.launchCount)
        let entry = try #require(entries.first { $0.label.hasPrefix("matmul") })
        #expect(entry.label == "matmul (3, 4) (4, 5) > (3, 5) +relu (matmul_cpu)")
        #expect(entry.launches == 3)
        #expect(entry.seconds > 0)
        #expect(try profile.take().isEmpty)
    }

    @Test func otherBackendsMeasureNothing() throws { #expect(try Rig.backend().profile == nil) }
}
