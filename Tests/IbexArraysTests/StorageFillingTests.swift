import IbexCPU
import IbexGraph
import IbexOpenCL
import IbexRuntime
import IbexTestSupport
import Synchronization
import Testing

@testable import IbexArrays

/// Arrays that go from a file to a device's memory without a copy in between.
@Suite struct StorageFillingTests {
    private let array = StoredArray(.float32, [2, 2], place: "a") { target in
        target.copyBytes(from: [1, 2, 3, 4].flatMap { withUnsafeBytes(of: Float($0), Array.init) })
    }

    @Test(arguments: ["cpu", "opencl"]) func holdsTheNumbers(device: String) throws {
        try PlainKernels.withDevice(device) {
            let tensor = try array.load(onto: #require(Device.current))
            #expect(try tensor.scalars(as: Float.self) == [1, 2, 3, 4])
            #expect(try (tensor * 2).scalars(as: Float.self) == [2, 4, 6, 8])
            let empty = StoredArray(.int32, [0, 3], place: "empty") { #expect($0.isEmpty) }
            #expect(try empty.load(onto: #require(Device.current)).scalars(as: Int32.self) == [])
        }
    }

    @Test(arguments: ["cpu", "opencl"]) func aFailureGoesThrough(device: String) throws {
        let failing = StoredArray(.float32, [2], place: "lost") { _ in
            throw IbexError(.file, at: "lost", found: "nothing", expected: "an array")
        }
        try PlainKernels.withDevice(device) {
            expectError(.file, at: "lost") { _ = try failing.load(onto: #require(Device.current)) }
        }
    }

    @Test func aProcessorReadsIntoItsOwnMemory() throws {
        let backend = CPUBackend()
        var filled: UnsafeMutableRawPointer?
        let storage = try backend.makeStorage(byteCount: 16) { filled = $0.baseAddress }
        #expect(filled == (storage as? CPUStorage)?.pointer)
    }

    @Test func openCLOnAProcessorNeedsNoCopy() throws {
        guard let info = try OpenCLPlatforms.devices().first(where: { $0.device.kind == .cpu }) else { return }
        let backend = try OpenCLBackend(info)
        let before = backend.counters.hostWrites
        let storage = try backend.makeStorage(byteCount: 16) { try array.read(into: $0) }
        #expect(backend.counters.hostWrites == before)
        var bytes = [UInt8](repeating: 0, count: 16)
        try bytes.withUnsafeMutableBytes { try backend.read(storage, into: $0) }
        #expect(try bytes == array.bytes())
    }
}
