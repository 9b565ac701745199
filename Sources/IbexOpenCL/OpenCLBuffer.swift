import CIbexOpenCL
import IbexGraph

/// A piece of device memory: a buffer of its own or an aligned part of another.
// A wrapper of a reference-counted handle; OpenCL allows its use from any thread.
package final class OpenCLBuffer: Arena, @unchecked Sendable {
    let handle: cl_mem
    package let byteCount: Int
    let context: OpenCLContext
    private let parent: OpenCLBuffer?

    /// Makes an uninitialised buffer; none is smaller than 16 bytes, so that an empty tensor has one too.
    ///
    /// - Throws: `IbexError` of kind `memory` where the device refuses.
    package init(_ context: OpenCLContext, byteCount: Int) throws {
        let limit = context.info.device.largestBuffer
        guard byteCount <= limit else {
            throw IbexError(
                .memory, at: context.info.device.id, found: "a buffer of \(byteCount) bytes",
                expected: "at most \(limit), the device's largest buffer", remedy: "Use a smaller batch.")
        }
        var code: cl_int = 0
        let size = max(byteCount, 16)
        guard let handle = clCreateBuffer(context.context, cl_mem_flags(CL_MEM_READ_WRITE), size, nil, &code) else {
            throw openCLError(code, "clCreateBuffer", at: context.info.device.id)
        }
        context.counters.countAllocation(size)
        self.handle = handle
        self.byteCount = byteCount
        self.context = context
        parent = nil
        if context.info.device.kind == .cpu, size >= UnsafeMutableRawBufferPointer.worthLargePages {
            try withHostBytes(size) { $0.preferLargePages() }
        }
    }

    /// Makes a part of `parent` that starts at `offset`, a multiple of the device's alignment.
    package init(part parent: OpenCLBuffer, offset: Int, byteCount: Int) throws {
        var code: cl_int = 0
        var region = cl_buffer_region(origin: offset, size: max(byteCount, 1))
        guard
            let handle = clCreateSubBuffer(
                parent.handle, 0, cl_buffer_create_type(CL_BUFFER_CREATE_TYPE_REGION), &region, &code)
        else { throw openCLError(code, "clCreateSubBuffer", at: parent.context.info.device.id) }
        self.handle = handle
        self.byteCount = byteCount
        context = parent.context
        self.parent = parent
    }

    deinit { clReleaseMemObject(handle) }

    /// Copies host bytes to `offset`; they may be freed on return.
    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) throws {
        guard let address = bytes.baseAddress, bytes.count > 0 else { return }
        context.counters.countWrite(bytes.count)
        try context.withQueue { queue in
            try check(
                clEnqueueWriteBuffer(queue, handle, cl_bool(CL_TRUE), offset, bytes.count, address, 0, nil, nil),
                "clEnqueueWriteBuffer", at: context.info.device.id)
        }
    }

    /// Lets a function write the first bytes where the host reaches them.
    func fill(_ byteCount: Int, by body: (UnsafeMutableRawBufferPointer) throws -> Void) throws {
        guard byteCount > 0 else { return try body(UnsafeMutableRawBufferPointer(start: nil, count: 0)) }
        context.counters.countFill(byteCount)
        try withHostBytes(byteCount, body)
    }

    /// Calls a function with the first bytes where the host reaches them, to be written; what they held is lost.
    private func withHostBytes(_ byteCount: Int, _ body: (UnsafeMutableRawBufferPointer) throws -> Void) throws {
        var code: cl_int = 0
        let address = context.withQueue { queue in
            clEnqueueMapBuffer(
                queue, handle, cl_bool(CL_TRUE), cl_map_flags(CL_MAP_WRITE_INVALIDATE_REGION), 0, byteCount, 0, nil,
                nil, &code)
        }
        guard let address else { throw openCLError(code, "clEnqueueMapBuffer", at: context.info.device.id) }
        let result = Result { try body(UnsafeMutableRawBufferPointer(start: address, count: byteCount)) }
        try context.withQueue { queue in
            try check(
                clEnqueueUnmapMemObject(queue, handle, address, 0, nil, nil), "clEnqueueUnmapMemObject",
                at: context.info.device.id)
        }
        try result.get()
    }

    /// Waits for all that was enqueued before and copies bytes from `offset` to the host.
    package func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int = 0) throws {
        guard bytes.count > 0 else { return }
        // The wait is outside the queue's lock: other threads may enqueue meanwhile.
        try enqueueRead(into: bytes, at: offset).wait()
    }

    /// Begins to copy bytes from `offset` to the host, after all that was enqueued before; the memory must live until
    /// the event has fired.
    func enqueueRead(into bytes: UnsafeMutableRawBufferPointer, at offset: Int = 0) throws -> OpenCLEvent {
        guard bytes.count > 0, let address = bytes.baseAddress else { return try OpenCLEvent.marker(on: context) }
        context.counters.countRead(bytes.count)
        return try context.withQueue { queue in
            var event: cl_event?
            try check(
                clEnqueueReadBuffer(queue, handle, cl_bool(CL_FALSE), offset, bytes.count, address, 0, nil, &event),
                "clEnqueueReadBuffer", at: context.info.device.id)
            guard let event else { throw openCLError(CL_INVALID_EVENT, "clEnqueueReadBuffer") }
            let pending = OpenCLEvent(event)
            try check(clFlush(queue), "clFlush", at: context.info.device.id)
            return pending
        }
    }

    /// Copies `byteCount` bytes of another buffer of this device, on the device.
    package func copy(from other: OpenCLBuffer, at source: Int = 0, to offset: Int = 0, byteCount: Int) throws {
        guard byteCount > 0 else { return }
        try context.withQueue { queue in
            try check(
                clEnqueueCopyBuffer(queue, other.handle, handle, source, offset, byteCount, 0, nil, nil),
                "clEnqueueCopyBuffer", at: context.info.device.id)
        }
    }
}

/// Something enqueued that can be waited for.
// A wrapper of a reference-counted handle that OpenCL allows to be used from any thread.
package final class OpenCLEvent: @unchecked Sendable {
    let handle: cl_event

    init(_ handle: cl_event) { self.handle = handle }

    deinit { clReleaseEvent(handle) }

    /// An event that fires when everything enqueued so far has run.
    package static func marker(on context: OpenCLContext) throws -> OpenCLEvent {
        try context.withQueue { queue in
            var event: cl_event?
            try check(clEnqueueMarkerWithWaitList(queue, 0, nil, &event), "clEnqueueMarkerWithWaitList")
            try check(clFlush(queue), "clFlush")
            guard let event else { throw openCLError(CL_INVALID_EVENT, "clEnqueueMarkerWithWaitList") }
            return OpenCLEvent(event)
        }
    }

    /// Whether it has fired; an event that failed counts as fired, and `wait` says why.
    package var isComplete: Bool {
        var status: cl_int = 0
        clGetEventInfo(
            handle, cl_event_info(CL_EVENT_COMMAND_EXECUTION_STATUS), MemoryLayout<cl_int>.size, &status, nil)
        return status <= CL_COMPLETE
    }

    package func wait() throws {
        var event: cl_event? = handle
        try check(clWaitForEvents(1, &event), "clWaitForEvents")
    }
}
