import CIbexOpenCL
import IbexGraph

/// A compiled OpenCL program.
// Unchecked: the one handle is a C pointer that never changes, which OpenCL lets any thread use; kernels are made from it
// under the library's lock.
final class OpenCLProgram: @unchecked Sendable {
    let handle: cl_program

    private init(_ handle: cl_program) { self.handle = handle }

    deinit { clReleaseProgram(handle) }

    /// Compiles source text.
    ///
    /// - Throws: `IbexError` of kind `kernel` with the compiler's log.
    static func compiled(_ source: String, on context: OpenCLContext) throws -> OpenCLProgram {
        var code: cl_int = 0
        let handle = source.withCString { text -> cl_program? in
            var pointer: UnsafePointer<CChar>? = text
            return clCreateProgramWithSource(context.context, 1, &pointer, nil, &code)
        }
        guard let handle else { throw openCLError(code, "clCreateProgramWithSource", at: context.info.device.id) }
        let program = OpenCLProgram(handle)
        try program.build(on: context)
        return program
    }

    /// Takes a binary that this driver made earlier; `nil` where the driver refuses it.
    static func loaded(_ binary: [UInt8], on context: OpenCLContext) -> OpenCLProgram? {
        var code: cl_int = 0
        var status: cl_int = 0
        var device: cl_device_id? = context.info.handle
        var length = binary.count
        let handle = binary.withUnsafeBufferPointer { bytes -> cl_program? in
            var pointer = bytes.baseAddress
            return clCreateProgramWithBinary(context.context, 1, &device, &length, &pointer, &status, &code)
        }
        guard let handle, code == CL_SUCCESS, status == CL_SUCCESS else { return nil }
        let program = OpenCLProgram(handle)
        guard (try? program.build(on: context)) != nil else { return nil }
        return program
    }

    /// The driver's binary of the program.
    func binary() throws -> [UInt8] {
        var size = 0
        try check(
            clGetProgramInfo(
                handle, cl_program_info(CL_PROGRAM_BINARY_SIZES), MemoryLayout<Int>.size, &size, nil),
            "clGetProgramInfo")
        var bytes = [UInt8](repeating: 0, count: size)
        try bytes.withUnsafeMutableBufferPointer { buffer in
            var pointer = buffer.baseAddress
            try check(
                clGetProgramInfo(
                    handle, cl_program_info(CL_PROGRAM_BINARIES), MemoryLayout.size(ofValue: pointer), &pointer, nil),
                "clGetProgramInfo")
        }
        return bytes
    }

    private func build(on context: OpenCLContext) throws {
        var device: cl_device_id? = context.info.handle
        let code = clBuildProgram(handle, 1, &device, context.options, nil, nil)
        guard code != CL_SUCCESS else { return }
        throw IbexError(
            .kernel, at: context.info.device.id,
            found: "\(openCLName(of: code)) (\(code)) from clBuildProgram:\n\(log(for: context.info.handle))",
            expected: "a program that compiles",
            remedy: "This is a fault of Ibex or of the driver: please report it with this log.")
    }

    private func log(for device: cl_device_id) -> String {
        var size = 0
        clGetProgramBuildInfo(handle, device, cl_program_build_info(CL_PROGRAM_BUILD_LOG), 0, nil, &size)
        var bytes = [UInt8](repeating: 0, count: size)
        clGetProgramBuildInfo(handle, device, cl_program_build_info(CL_PROGRAM_BUILD_LOG), size, &bytes, nil)
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}
