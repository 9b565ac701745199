import Foundation
import IbexGraph
import IbexTestSupport
import Testing

@testable import IbexOpenCL

/// Neighbouring launches of one work-item each, made one.
@Suite struct MergedLaunchesTests {
    /// x, then `count` times the product with w, in double precision.
    private static func powers(_ x: Values, _ w: Values, count: Int) -> Values {
        let (rows, width) = (x.shape[0], x.shape[1])
        var now = x.scalars
        for _ in 0..<count {
            now = (0..<rows * width).map { place in
                let (row, column) = (place / width, place % width)
                return (0..<width).reduce(0) { $0 + now[row * width + $1] * w.scalars[$1 * width + column] }
            }
        }
        return Values(x.shape, .float32, now)
    }

    private static func chain(count: Int) -> (x: Values, w: Values, y: Tensor) {
        let (x, w) = (Rig.random([4, 6], seed: 70), Rig.random([6, 6], seed: 71, .uniform(-0.4, 0.4)))
        let factor = Rig.constant(w)
        let y = (0..<count).reduce(Rig.constant(x)) { made, _ in .apply(Ops.Matmul(), made, factor) }
        return (x, w, y)
    }

    /// The products share all arguments but three, so that twelve parts, the most there may be, fit a launch. Memory of the
    /// first products is used again by later ones of the same launch.
    @Test(arguments: [(1, 1), (2, 1), (12, 1), (13, 2), (30, 3)])
    func aChainIsAsFewLaunchesAsMayBe(products: Int, launches: Int) throws {
        let (x, w, y) = Self.chain(count: products)
        let backend = try Rig.backend(.cpu)
        #expect(try Rig.prepare([y], backend).0.launchCount == launches)
        expectClose(try Rig.evaluate([y], on: backend)[0], Self.powers(x, w, count: products), .ofPeak(1e-5))
    }

    /// Every device takes 1,024 bytes of arguments: 120 numbers, and some to spare. Equal ones count once.
    @Test(arguments: [(true, [120, 80]), (false, [40])])
    func argumentsFitEveryDevice(areApart: Bool, counts: [Int]) {
        let recorded = (0..<5).map { launch in
            OpenCLRecorder.Launch(
                source: KernelSource("__kernel void NAME() {}"),
                arguments: (0..<40).map { .long(Int64(areApart ? launch * 40 + $0 : $0)) },
                global: LaunchSize(1), local: LaunchSize(1), note: nil)
        }
        #expect(MergedLaunches(recorded).launches.map(\.arguments.count) == counts)
    }

    /// One argument where the bits are the same: NaN is not equal to itself, and 0 to -0, but these are other numbers.
    @Test func argumentsAreEqualBitByBit() {
        let numbers: [KernelArgument] = [
            .float(.nan), .float(0), .float(-0.0), .double(0), .int(0), .long(0), .double(.nan),
        ]
        let recorded = (0..<3).map { _ in
            OpenCLRecorder.Launch(
                source: KernelSource("__kernel void NAME() {}"), arguments: numbers, global: LaunchSize(1),
                local: LaunchSize(1), note: nil)
        }
        #expect(MergedLaunches(recorded).launches.map(\.arguments.count) == [numbers.count])
    }

    /// The same kernels behind each other, once with a number in common and once without: two kernels of one program.
    @Test func runsOfTheSameKernelsStandInOneProgram() throws {
        let source = KernelSource("__kernel void NAME(__global int *x, const int n) { x[0] += n; }\n")
        let runs = [Int32(3), 4].map { second in
            [3, second].map {
                OpenCLRecorder.Launch(
                    source: source, arguments: [.buffer(.zeros), .int($0)], global: LaunchSize(1),
                    local: LaunchSize(1), note: nil)
            }
        }
        let merged = runs.flatMap { MergedLaunches($0).launches }
        #expect(merged.map(\.arguments.count) == [2, 3])
        let backend = try Rig.fresh()
        try OpenCLLibrary(backend.context, disk: nil).build(merged.map(\.source))
        #expect(backend.counters.programBuilds == 1)
    }

    @Test func equalKernelsAreWrittenOnce() throws {
        let (_, program) = try Rig.prepare([Self.chain(count: 3).y], Rig.backend(.cpu))
        let sources = try Rig.backend(.cpu).sources(of: program)
        #expect(sources.count == 1 && sources[0].origin == "matmul_cpu, matmul_cpu, matmul_cpu")
        #expect(sources[0].text.contains("part0_") && !sources[0].text.contains("part1_"))
    }

    /// What a kernel is given reaches the function that it calls: numbers of every type, a structure, memory, and where the
    /// work-item stands among how many along each axis.
    @Test func aCalledKernelKnowsItsPlaceAndItsArguments() throws {
        let backend = try Rig.fresh()
        let source = KernelSource(
            """
            typedef struct { int low, high; } Pair;
            __kernel SINGLE void NAME(
                __global long *x, const uchar a, const ushort b, const int c, const long d, const float e, const double f,
                const Pair pair)
            {
                const long place = (get_global_id(2) * get_global_size(1) + get_global_id(1)) * get_global_size(0)
                    + get_global_id(0);
                const long item = get_global_id(2) * 100 + get_global_id(1) * 10 + get_global_id(0);
                const long upper = ((item * 10 + a) * 10 + b) * 10 + c, lower = (d * 10 + (long)(e * 2)) * 10 + (long)(f * 2);
                x[place] = upper * 100000 + lower * 100 + pair.low * 10 + pair.high;
            }

            """)
        let recorded = OpenCLRecorder.Launch(
            source: source,
            arguments: [
                .buffer(.zeros), .byte(1), .short(2), .int(3), .long(4), .float(2.5), .double(3),
                .structure(type: "Pair", [7, 8]),
            ], global: LaunchSize(4, 3, 2), local: LaunchSize(1), note: nil)
        let made = try #require(MergedLaunches([recorded]).launches.first)
        #expect(made.arguments == recorded.arguments && made.global == recorded.global && made.note == nil)

        let kernel = try OpenCLLibrary(backend.context, disk: nil).kernel(made.source)
        let memory = try OpenCLBuffer(backend.context, byteCount: 24 * 8)
        try kernel.set(0, memory)
        for (place, argument) in made.arguments.enumerated().dropFirst() { try kernel.set(place, argument) }
        try backend.context.enqueue([OpenCLLaunch(kernel, global: made.global, local: made.local)])
        var got = [Int64](repeating: 0, count: 24)
        try got.withUnsafeMutableBytes { try memory.read(into: $0) }
        let wanted = (0..<24).map { (place: Int) -> Int64 in
            let (z, y, x) = (place / 12, place / 4 % 3, place % 4)
            return Int64(100 * z + 10 * y + x) * 100_000_000 + 12_345_678
        }
        #expect(got == wanted)
    }

    /// Work-groups of several work-items and local memory, which only kernels may declare, stay as they are.
    @Test(arguments: [("", LaunchSize(1), true), ("", LaunchSize(2), false), ("__local int y;", LaunchSize(1), false)])
    func kernelsThatNeedToBeKernelsAreNotCalled(declaration: String, local: LaunchSize, isCalled: Bool) {
        let source = KernelSource("__kernel void NAME(__global int *x) { \(declaration) x[get_global_id(0)] = 1; }\n")
        let recorded = OpenCLRecorder.Launch(
            source: source, arguments: [.buffer(.zeros)], global: LaunchSize(4), local: local, note: nil)
        #expect((MergedLaunches([recorded]).launches.map(\.source) != [source]) == isCalled)
    }

    /// Two pairs of product and softmax share a launch each; the wide product and the sums of its rows, which have more
    /// work-items, stand alone, and so do all on a GPU.
    @Test(arguments: [(KernelVariant.cpu, 4), (.gpu, 6)])
    func onlyNeighboursOfOneItemMerge(variant: KernelVariant, launches: Int) throws {
        let (x, w) = (Rig.random([5, 8], seed: 72), Rig.random([8, 10], seed: 73))
        let wide = Rig.random([10, 40_000], seed: 74)
        let logits = Tensor.apply(Ops.Matmul(), Rig.constant(x), Rig.constant(w))
        let shares = Tensor.apply(Ops.Softmax(), logits)
        let spread = Tensor.apply(Ops.Matmul(), shares, Rig.constant(wide)).sum(axes: [1])
        let total = Tensor.apply(Ops.Softmax(), Tensor.apply(Ops.Matmul(transposeA: true), shares, shares))
        let backend = try Rig.fresh(variant, units: 2)
        let made = try Rig.prepare([shares, total, spread], backend)
        let origins = try backend.sources(of: made.1).map(\.origin)
        #expect(made.0.launchCount == launches, "\(origins)")

        let got = try Rig.evaluate([shares, total, spread], on: backend)
        let scores = (0..<5).map { row in
            (0..<10).map { column in
                (0..<8).reduce(0.0) { $0 + x.scalars[row * 8 + $1] * w.scalars[$1 * 10 + column] }
            }
        }
        let softmax = scores.map(Self.softmax)
        let squares = (0..<10).map { i in (0..<10).map { j in softmax.reduce(0) { $0 + $1[i] * $1[j] } } }
        let sums = (0..<10).map { wide.scalars[$0 * 40_000..<($0 + 1) * 40_000].reduce(0, +) }
        expectClose(got[0], Values([5, 10], .float32, softmax.flatMap { $0 }), .absolute(1e-6))
        expectClose(got[1], Values([10, 10], .float32, squares.flatMap(Self.softmax)), .absolute(1e-6))
        let spreads = softmax.map { row in zip(row, sums).reduce(0) { $0 + $1.0 * $1.1 } }
        expectClose(got[2], Values([5], .float32, spreads), .ofPeak(1e-4))
    }

    private static func softmax(_ row: [Double]) -> [Double] {
        let parts = row.map { exp($0 - row.max()!) }
        return parts.map { $0 / parts.reduce(0, +) }
    }
}
