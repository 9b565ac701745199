import Foundation
import IbexGraph
import IbexOpenCL
import IbexTestSupport
import Synchronization
import Testing

@Suite struct TuningTests {
    /// What the tuner said, and a clock in which each look at it costs `tick` seconds, `factor` times that at the next.
    private final class Witness: Sendable {
        let lines = Mutex<[String]>([])
        let notices = Mutex<[String]>([])
        private let clock: Mutex<(time: Double, tick: Double)>
        private let factor: Double

        init(tick: Double = 1e-3, factor: Double = 1) {
            clock = Mutex((0, tick))
            self.factor = factor
        }

        func settings(_ file: URL?, searches: Bool, seconds: Double = 1e6) -> TuningSettings {
            var settings = TuningSettings(file: file, searches: searches)
            settings.seconds = seconds
            settings.report = { line in self.lines.withLock { $0.append(line) } }
            settings.notice = { line in self.notices.withLock { $0.append(line) } }
            settings.now = {
                self.clock.withLock { clock in
                    clock.time += clock.tick
                    clock.tick *= self.factor
                    return clock.time
                }
            }
            return settings
        }

        func count(_ word: String) -> Int { lines.withLock { $0.count { $0.contains(word) } } }
    }

    private func withFile(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tuning-\(UUID())")
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.appending(path: "tuning.txt"))
    }

    private func backend(_ settings: TuningSettings, _ variant: KernelVariant = .cpu) throws -> OpenCLBackend {
        try OpenCLBackend(Rig.info.get(), variant: variant, tuning: settings)
    }

    private func program(_ ways: [Twice.Way], count: Int = 8) -> Program {
        let type = TensorType([count], .float32)
        let step = Program.Step(
            op: Twice(ways: ways), inputs: [.init(buffer: 0, type: type)], outputs: [.init(buffer: 1, type: type)])
        return Program(
            buffers: [
                .init(home: .input(0), byteCount: type.byteCount), .init(home: .output(0), byteCount: type.byteCount),
            ], steps: [step], arenas: [], inputTypes: [type], outputTypes: [type])
    }

    /// How many kernels the chosen way launches: the candidates differ by it.
    private func launches(_ ways: [Twice.Way], count: Int = 8, _ settings: TuningSettings) throws -> Int {
        try backend(settings).prepare(program(ways, count: count)).launchCount
    }

    private func row(_ winner: String, count: Int = 8) throws -> (TuningDatabase.Owner, [TuningKey: String]) {
        let key = TuningKey(family: "twice", shapeClass: "float32 \(count)")
        return (TuningDatabase.Owner(try Rig.info.get()), [key: winner])
    }

    @Test func aRowChangesTheKernel() throws {
        try withFile { file in
            let settings = Witness().settings(file, searches: false)
            #expect(try launches([.once, .again], settings) == 1)
            let (owner, winners) = try row("again")
            try TuningDatabase.save(winners, for: owner, to: file)
            #expect(try launches([.once, .again], settings) == 2)
            #expect(try launches([.once, .again], count: 9, settings) == 1)
        }
    }

    /// Rows that travel with Ibex are taken where nothing was tuned, on the devices that they are for; a row of the
    /// database stands over them, and neither changes a bit.
    @Test(arguments: [
        (Shape([128, 784]), Shape([128, 784]), true, "float32 tn 1x784x784x128"),
        (Shape([128, 9216]), Shape([9216, 128]), false, "float32 nn 1x128x128x9216"),
    ])
    func shippedRowsAreUsed(a: Shape, b: Shape, transposeA: Bool, shape: String) throws {
        try withFile { file in
            let info = try Rig.info.get()
            let key = TuningKey(family: "matmul_cpu", shapeClass: shape)
            try TuningDatabase.save([key: "gone"], for: TuningDatabase.Owner(info), to: file)
            let y = Tensor.apply(
                Ops.Matmul(transposeA: transposeA), Rig.constant(Rig.random(a, seed: 41)),
                Rig.constant(Rig.random(b, seed: 42)))
            let backends = try [nil, file].map { try backend(Witness().settings($0, searches: false)) }
            let (_, program) = try Rig.prepare([y], backends[0])
            let names = try backends.map { try $0.sources(of: program).map(\.name) }
            #expect(
                (names[0] != names[1]) == (info.isPoCL && info.nativeFloatWidth == 16 && info.localMemory >= 1 << 20))
            #expect(try Rig.evaluate([y], on: backends[0]) == Rig.evaluate([y], on: backends[1]))
        }
    }

    @Test func rowsOfOtherDevicesDriversAndKernelsDoNotCount() throws {
        let (owner, winners) = try row("again")
        for other in [
            TuningDatabase.Owner(device: "other", driver: owner.driver, revision: owner.revision),
            TuningDatabase.Owner(device: owner.device, driver: "other", revision: owner.revision),
            TuningDatabase.Owner(device: owner.device, driver: owner.driver, revision: "other"),
        ] {
            try withFile { file in
                try TuningDatabase.save(winners, for: other, to: file)
                #expect(try launches([.once, .again], Witness().settings(file, searches: false)) == 1)
            }
        }
    }

    @Test func damageIsPassedOverAndMended() throws {
        try withFile { file in
            let (owner, winners) = try row("again")
            try TuningDatabase.save(winners, for: owner, to: file)
            var damaged = Data([0xff, 0x00, 0x0a]) + (try Data(contentsOf: file))
            damaged += Data("half a row\tof it\n\t\t\t\t\t\n".utf8)
            try damaged.write(to: file)

            let witness = Witness()
            #expect(try launches([.once, .again], witness.settings(file, searches: false)) == 2)
            #expect(witness.notices.withLock { $0.count } == 1)
            #expect(witness.notices.withLock { $0.first?.contains("3 damaged lines") } == true)

            _ = try launches([.once, .again], count: 9, witness.settings(file, searches: true))
            let mended = TuningDatabase(contentsOf: file)
            #expect(mended.damagedLines == 0 && mended.winners(for: owner).count == 2)
        }
    }

    @Test func aRowOfAnUnknownCandidateMeansTheDefault() throws {
        try withFile { file in
            let (owner, winners) = try row("gone")
            try TuningDatabase.save(winners, for: owner, to: file)
            #expect(try launches([.once, .again], Witness().settings(file, searches: false)) == 1)
        }
    }

    /// Each candidate seems faster than the one before.
    @Test(arguments: [
        ([Twice.Way.once, .again], "again"), ([.once, .tripled], "once"), ([.once, .cut], "once"),
        ([.once, .silent], "once"), ([.tripled, .once], "once"), ([.tripled, .again, .silent, .cut], "again"),
    ])
    func whatComputesWrongNeverWins(ways: [Twice.Way], winner: String) throws {
        try withFile { file in
            let witness = Witness(tick: 1, factor: 0.9)
            _ = try launches(ways, witness.settings(file, searches: true))
            let owner = TuningDatabase.Owner(try Rig.info.get())
            #expect(Array(TuningDatabase(contentsOf: file).winners(for: owner).values) == [winner])
            #expect(witness.count("is wrong") == ways.count { $0 != .once && $0 != .again })
        }
    }

    /// Two questions of three candidates; each look at the clock costs a second.
    @Test(arguments: [(1e6, 6), (0.0, 0), (1.5, 1), (13.5, 2)])
    func theBudgetBoundsTheCandidates(seconds: Double, tried: Int) throws {
        var both = program([.once, .again, .once])
        let second = program([.once, .again, .once], count: 9)
        both.buffers += second.buffers.map { Program.Buffer(home: $0.home, byteCount: $0.byteCount) }
        both.buffers[2].home = .input(1)
        both.buffers[3].home = .output(1)
        var step = second.steps[0]
        step.inputs[0].buffer = 2
        step.outputs[0].buffer = 3
        both.steps.append(step)
        both.inputTypes += second.inputTypes
        both.outputTypes += second.outputTypes
        let witness = Witness(tick: 1)
        _ = try backend(witness.settings(nil, searches: true, seconds: seconds)).prepare(both)
        #expect(witness.count("takes") == tried)
    }

    @Test func withoutASearchNothingIsTriedOrWritten() throws {
        try withFile { file in
            let witness = Witness()
            let count = try launches([.once, .again], witness.settings(file, searches: false))
            #expect(count == 1)
            #expect(witness.lines.withLock { $0.isEmpty })
            #expect(!FileManager.default.fileExists(atPath: file.path))
        }
    }

    @Test func whatIsKnownIsNotTriedAgain() throws {
        try withFile { file in
            _ = try launches([.once, .again], Witness().settings(file, searches: true))
            let witness = Witness()
            _ = try launches([.once, .again], witness.settings(file, searches: true))
            #expect(witness.lines.withLock { $0.isEmpty })
        }
    }

    /// Tuning may change how fast a product is, not one bit of it.
    @Test(arguments: KernelVariant.allCases, [(false, false), (true, true)])
    func everyTileOfAProductGivesTheSameBits(variant: KernelVariant, transposes: (Bool, Bool)) throws {
        // Sizes that CPU tiles fit nowhere; on GPUs large tiles are for large results alone.
        let (m, n) = variant == .cpu ? (21, 70) : (72, 132)
        let a = Rig.random(transposes.0 ? [600, m] : [m, 600], seed: 21)
        let b = Rig.random(transposes.1 ? [n, 600] : [600, n], seed: 22)
        let y = Tensor.apply(
            Ops.Matmul(transposeA: transposes.0, transposeB: transposes.1), Rig.constant(a), Rig.constant(b))
        try expectTheSameBits(of: y, variant, candidates: variant == .cpu ? 3 : 2)
    }

    @Test(arguments: ["result", "image", "filter"])
    func everyTileOfAConvolutionGivesTheSameBits(made: String) throws {
        let window = Window(size: [3, 3], strides: [2, 2], low: [1, 0], high: [0, 1])
        let image = Rig.constant(Rig.random([3, 21, 20, 16], seed: 24))
        let filter = Rig.constant(Rig.random([3, 3, 16, 70], seed: 25))
        let upstream = Rig.constant(Rig.random([3, 10, 10, 70], seed: 26))
        let y =
            switch made {
            case "result": Tensor.apply(Ops.Convolution2D(window), image, filter)
            case "image":
                Tensor.apply(
                    Ops.Convolution2DInputGradient(window, groups: 1, input: [3, 21, 20, 16]), upstream, filter)
            default:
                Tensor.apply(
                    Ops.Convolution2DFilterGradient(window, groups: 1, filter: [3, 3, 16, 70]), image, upstream)
            }
        try expectTheSameBits(of: y, .cpu, candidates: 3)
    }

    /// Tries all candidates, then runs each as a database would choose it.
    private func expectTheSameBits(of y: Tensor, _ variant: KernelVariant, candidates: Int) throws {
        let witness = Witness()
        let first = try Rig.evaluate([y], on: backend(witness.settings(nil, searches: true), variant))[0]
        let tried = witness.lines.withLock { $0 }.filter { $0.contains(" takes ") }
        #expect(tried.count >= candidates && witness.count("is wrong") == 0 && witness.count("does not run") == 0)
        for line in tried {
            let parts = line.prefix(upTo: line.range(of: " takes ")!.lowerBound).split(separator: ": ", maxSplits: 1)
            let key = parts[0].split(separator: " ", maxSplits: 1).map(String.init)
            try withFile { file in
                try TuningDatabase.save(
                    [TuningKey(family: key[0], shapeClass: key[1]): String(parts[1])],
                    for: TuningDatabase.Owner(try Rig.info.get()), to: file)
                let got = try Rig.evaluate([y], on: backend(Witness().settings(file, searches: false), variant))[0]
                #expect(got.scalars == first.scalars, "\(line)")
            }
        }
    }
}
