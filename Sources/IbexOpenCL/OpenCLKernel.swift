import CIbexOpenCL
import IbexGraph

/// A kernel with arguments of its own: each launch of a program owns one, so that replaying sets nothing.
// A wrapper of a reference-counted handle. Arguments are set by one owner, at preparation or inside `withQueue`.
package final class OpenCLKernel: @unchecked Sendable {
    let handle: cl_kernel
    package let name: String

    init(_ program: OpenCLProgram, _ name: String, on context: OpenCLContext) throws {
        var code: cl_int = 0
        guard let handle = clCreateKernel(program.handle, name, &code) else {
            throw openCLError(code, "clCreateKernel", at: "\(context.info.device.id) kernel \(name)")
        }
        self.handle = handle
        self.name = name
    }

    deinit { clReleaseKernel(handle) }

    /// Binds a buffer to the argument at `index`.
    package func set(_ index: Int, _ buffer: OpenCLBuffer) throws {
        var memory: cl_mem? = buffer.handle
        try check(
            clSetKernelArg(handle, cl_uint(index), MemoryLayout<cl_mem?>.size, &memory), "clSetKernelArg",
            at: "argument \(index) of kernel \(name)")
    }

    /// Binds a number, or a C structure, to the argument at `index`.
    package func set<T: BitwiseCopyable>(_ index: Int, value: T) throws {
        var value = value
        try check(
            clSetKernelArg(handle, cl_uint(index), MemoryLayout<T>.size, &value), "clSetKernelArg",
            at: "argument \(index) of kernel \(name)")
    }

    /// Binds raw bytes, a structure laid out by hand, to the argument at `index`.
    package func set(_ index: Int, bytes: UnsafeRawBufferPointer) throws {
        try check(
            clSetKernelArg(handle, cl_uint(index), bytes.count, bytes.baseAddress), "clSetKernelArg",
            at: "argument \(index) of kernel \(name)")
    }
}

/// How many work-items a launch has along three axes, and how many share a work-group.
package struct LaunchSize: Sendable, Hashable {
    package var x: Int
    package var y: Int
    package var z: Int

    package init(_ x: Int, _ y: Int = 1, _ z: Int = 1) {
        self.x = x
        self.y = y
        self.z = z
    }

    /// Rounded up to whole work-groups.
    package func rounded(to local: LaunchSize) -> LaunchSize {
        LaunchSize(
            (x + local.x - 1) / local.x * local.x, (y + local.y - 1) / local.y * local.y,
            (z + local.z - 1) / local.z * local.z)
    }
}

/// A kernel, its frozen arguments and its sizes.
package struct OpenCLLaunch: Sendable {
    package let kernel: OpenCLKernel
    package let global: LaunchSize
    package let local: LaunchSize
    let note: KernelNote?

    /// - Parameters:
    ///   - global: work-items asked for; rounded up to whole work-groups.
    ///   - note: what it computes; only launches with one are measured.
    package init(_ kernel: OpenCLKernel, global: LaunchSize, local: LaunchSize, note: KernelNote? = nil) {
        self.kernel = kernel
        self.global = global.rounded(to: local)
        self.local = local
        self.note = note
    }

    /// Enqueues the launch; the caller holds the queue.
    func enqueue(on queue: cl_command_queue, _ measurement: OpenCLMeasurement?) throws {
        guard global.x > 0, global.y > 0, global.z > 0 else { return }
        func enqueue(_ event: UnsafeMutablePointer<cl_event?>?) -> cl_int {
            withUnsafeBytes(of: global) { global in
                withUnsafeBytes(of: local) { local in
                    clEnqueueNDRangeKernel(
                        queue, kernel.handle, 3, nil, global.assumingMemoryBound(to: Int.self).baseAddress,
                        local.assumingMemoryBound(to: Int.self).baseAddress, 0, nil, event)
                }
            }
        }
        var event: cl_event?
        let isMeasured = measurement != nil && note != nil
        let code = isMeasured ? enqueue(&event) : enqueue(nil)
        if let event, let note { measurement?.add(event, note) }
        guard code == CL_SUCCESS else { throw openCLError(code, "clEnqueueNDRangeKernel", at: "kernel \(kernel.name)") }
    }
}

extension OpenCLContext {
    /// Enqueues launches in order and hands them to the device, without waiting for them.
    package func enqueue(_ launches: [OpenCLLaunch]) throws {
        try withQueue { queue in
            let measurement = OpenCLMeasurement.current.flatMap { $0.queue == queue ? $0 : nil }
            for launch in launches { try launch.enqueue(on: queue, measurement) }
            try check(clFlush(queue), "clFlush", at: info.device.id)
        }
        counters.countLaunches(launches.count)
    }
}
