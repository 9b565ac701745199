import Foundation
import IbexGraph
import IbexOpenCL
import IbexTestSupport
import Testing

@Suite struct ProgramCacheTests {
    @Test func equalExpressionsShareOneBuild() throws {
        let backend = try Rig.fresh()
        for size in 1...50 {
            let x = Rig.random([size, 3], seed: UInt64(size))
            let y = (Rig.constant(x) * Double(size + 1) + 0.5).tanh()
            let got = try Rig.evaluate([y], on: backend)[0]
            let want = x.scalars.map { Foundation.tanh($0 * Double(size + 1) + 0.5) }
            expectClose(got, Values([size, 3], .float32, want), .absolute(1e-6))
        }
        #expect(backend.counters.programBuilds == 1)
    }

    @Test func kernelsOfOneProgramAreBuiltTogether() throws {
        let backend = try Rig.fresh()
        let x = Rig.constant(Rig.random([20, 30], seed: 1))
        let y = x.matmul(Rig.constant(Rig.random([30, 5], seed: 2))).softmax()
        _ = try Rig.evaluate([y, x.sum(axes: [0]), x.max(axes: [1])], on: backend)
        #expect(backend.counters.programBuilds == 1)
        _ = try Rig.evaluate([y * 2, x.sum(axes: [0])], on: backend)
        #expect(backend.counters.programBuilds == 2)
    }

    @Test func replayAllocatesAndTransfersNothing() throws {
        let backend = try Rig.fresh()
        let y = (Rig.constant(Rig.random([64, 64], seed: 3)) + 1).sum(axes: [1])
        let (executable, program) = try Rig.prepare([y], backend)
        let output = try backend.makeStorage(byteCount: program.outputTypes[0].byteCount)
        let counters = backend.counters
        let (bytes, writes, reads) = (counters.bytesAllocated, counters.hostWrites, counters.hostReads)
        let launches = backend.counters.kernelLaunches
        for _ in 0..<10 { try executable.run(inputs: [], outputs: [output]) }
        try backend.synchronize()
        #expect(counters.bytesAllocated == bytes && counters.hostWrites == writes && counters.hostReads == reads)
        #expect(backend.counters.kernelLaunches == launches + 10 * executable.launchCount)
    }

    @Test func binariesComeFromDiskUnlessDamaged() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "ibex-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let disk = ProgramDiskCache(directory: directory)
        let source = KernelSource("__kernel void NAME(__global int *x) { x[0] = 42; }\n")

        func run() throws -> OpenCLCounters {
            let backend = try Rig.fresh()
            let library = OpenCLLibrary(backend.context, disk: disk)
            let kernel = try library.kernel(source)
            let buffer = try OpenCLBuffer(backend.context, byteCount: 64)
            try kernel.set(0, buffer)
            try backend.context.enqueue([OpenCLLaunch(kernel, global: LaunchSize(1), local: LaunchSize(1))])
            var cell: Int32 = 0
            try withUnsafeMutableBytes(of: &cell) { try buffer.read(into: $0) }
            #expect(cell == 42)
            return backend.counters
        }
        let first = try run()
        #expect(first.programBuilds == 1 && first.programsFromDisk == 0)
        let second = try run()
        #expect(second.programBuilds == 0 && second.programsFromDisk == 1)

        let files = try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
        let file = try #require(files.first)
        #expect(files.count == 1)
        let sound = try Data(contentsOf: file)
        for damaged in [
            Data(), sound.prefix(20), sound.prefix(sound.count - 1), sound.dropLast(9) + Data(repeating: 7, count: 9),
            Data("nonsense".utf8) + sound,
        ] {
            try damaged.write(to: file)
            #expect(try run().programBuilds == 1)
        }
        #expect(try run().programsFromDisk == 1)
    }

    @Test func keysTellDevicesAndDriversApart() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "ibex-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let disk = ProgramDiskCache(directory: directory)
        let key = ProgramDiskCache.Key(source: "s", options: "o", device: "d", driver: "1")
        try disk.store([1, 2, 3], for: key)
        #expect(disk.binary(for: key) == [1, 2, 3])
        for other in [
            ProgramDiskCache.Key(source: "s", options: "o", device: "d", driver: "2"),
            ProgramDiskCache.Key(source: "s", options: "o", device: "e", driver: "1"),
            ProgramDiskCache.Key(source: "s", options: "p", device: "d", driver: "1"),
            ProgramDiskCache.Key(source: "t", options: "o", device: "d", driver: "1"),
        ] { #expect(disk.binary(for: other) == nil) }
    }
}

@Suite struct CompilerStartTests {
    /// It makes a program where the device is PoCL's, and counts as none.
    @Test func startsBesideTheProgram() throws {
        let backend = try Rig.fresh()
        #expect(CompilerStart.shared.wait() == backend.context.info.isPoCL)
        #expect(backend.counters.programBuilds == 0)
    }
}
