import Foundation
import IbexGraph
import IbexOpenCL
import IbexTestSupport
import Testing

@Suite struct DriverTests {
    @Test func devicesCarryCanonicalNames() throws {
        let devices = try OpenCLPlatforms.devices()
        #expect(Set(devices.map(\.device.id)).count == devices.count)
        for info in devices {
            #expect(info.device.id == "opencl:\(info.platformIndex):\(info.deviceIndex)")
            #expect(info.device.memory > 0 && info.device.largestBuffer > 0 && info.device.computeUnits > 0)
            #expect(info.device.dtypes.contains(.float32) && info.alignment >= 64)
        }
    }

    @Test func statusCodesHaveNames() {
        #expect(openCLName(of: -11) == "CL_BUILD_PROGRAM_FAILURE")
        #expect(openCLName(of: -1001) == "CL_PLATFORM_NOT_FOUND_KHR")
        #expect(openCLName(of: -12345) == "code -12345")
    }

    @Test func sourceThatDoesNotCompileShowsTheLog() throws {
        let library = try Rig.fresh().library
        expectError(.kernel, at: "opencl:", found: "CL_BUILD_PROGRAM_FAILURE") {
            try library.build([KernelSource("__kernel void NAME() { this is no kernel }\n")])
        }
        expectError(.kernel, found: "error:") {
            try library.build([KernelSource("__kernel void NAME() { undeclared = 1; }\n")])
        }
    }

    @Test func argumentThatDoesNotExistNamesTheCall() throws {
        let backend = try Rig.fresh()
        let kernel = try backend.library.kernel(KernelSource("__kernel void NAME(__global int *x) { x[0] = 1; }\n"))
        expectError(.device, at: "argument 3 of kernel", found: "CL_INVALID_ARG_INDEX (-49) from clSetKernelArg") {
            try kernel.set(3, value: Int32(1))
        }
    }

    @Test func bufferBeyondTheLargestIsAMemoryError() throws {
        let backend = try Rig.backend()
        expectError(.memory, found: "\(Int.max / 2)", expected: "largest buffer") {
            _ = try backend.makeStorage(byteCount: Int.max / 2)
        }
    }

    @Test func storageOfAnotherBackendIsRefused() throws {
        let stranger = NullBackend().makeStorage(byteCount: 16)
        expectError(.device, found: "null", remedy: "to(device)") {
            try Rig.backend().read(stranger, into: UnsafeMutableRawBufferPointer(start: nil, count: 0))
        }
    }

    @Test func bytesGoThereAndBack() throws {
        let backend = try Rig.backend()
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let storage = try backend.makeStorage(byteCount: bytes.count)
        try bytes.withUnsafeBytes { try backend.write($0, to: storage) }
        let pending = try backend.readLater(storage, byteCount: 500)
        var back = [UInt8](repeating: 0, count: bytes.count)
        try back.withUnsafeMutableBytes { try backend.read(storage, into: $0) }
        #expect(back == bytes)
        #expect(try pending.bytes() == Array(bytes.prefix(500)))
        #expect(pending.isReady)
    }

    @Test func partsOfABufferAreBuffers() throws {
        let context = try Rig.backend().context
        let whole = try OpenCLBuffer(context, byteCount: 4096)
        let bytes = (0..<4096).map { UInt8(truncatingIfNeeded: $0 / 16) }
        try bytes.withUnsafeBytes { try whole.write($0) }
        let part = try OpenCLBuffer(part: whole, offset: 1024, byteCount: 64)
        var back = [UInt8](repeating: 0, count: 64)
        try back.withUnsafeMutableBytes { try part.read(into: $0) }
        #expect(back == Array(bytes[1024..<1088]))
    }

    @Test func everyKernelFileHasAHeaderAndIsEmbedded() {
        for (name, text) in KernelSource.templates {
            #expect(text.hasPrefix("// "), "\(name).cl begins without saying what it is")
            #expect(text.utf8.split(separator: UInt8(ascii: "\n")).count <= 330, "\(name).cl is long")
        }
        #expect(KernelSource.templates.count > 10)
    }
}
