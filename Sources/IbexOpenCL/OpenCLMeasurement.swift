import CIbexOpenCL
import IbexGraph

/// A queue of a context that measures each kernel, and what was enqueued on it.
// Touched by who holds the context's queue, and by one owner after the queue was given back.
final class OpenCLMeasurement: @unchecked Sendable {
    /// That of the task at work: launches of other tasks go to the same queue and do not count.
    @TaskLocal static var current: OpenCLMeasurement?

    let queue: cl_command_queue
    /// The queue whose place it takes.
    var replaced: cl_command_queue
    private var events: [(event: OpenCLEvent, note: KernelNote)] = []
    /// The host's clock when the first kernel was enqueued.
    private var start = 0.0

    /// - Throws: `IbexError` of kind `device` where the driver refuses such a queue.
    init(_ context: OpenCLContext) throws {
        var code: cl_int = 0
        let made = clCreateCommandQueue(
            context.context, context.info.handle, cl_command_queue_properties(CL_QUEUE_PROFILING_ENABLE), &code)
        guard let made else { throw openCLError(code, "clCreateCommandQueue", at: context.info.device.id) }
        (queue, replaced) = (made, made)
    }

    deinit { clReleaseCommandQueue(queue) }

    func add(_ event: cl_event, _ note: KernelNote) {
        if events.isEmpty { start = HostClock.seconds }
        events.append((OpenCLEvent(event), note))
    }

    /// What ran, in order; waits for all of it. The device's clock is set by the host's at the first kernel.
    func runs() throws -> [KernelRun] {
        guard let first = try events.first?.event.time(CL_PROFILING_COMMAND_QUEUED) else { return [] }
        return try events.map { event, note in
            let begin = try event.time(CL_PROFILING_COMMAND_START)
            let end = try event.time(CL_PROFILING_COMMAND_END)
            return KernelRun(
                note, start: start + (Double(begin) - Double(first)) * 1e-9, seconds: Double(end - begin) * 1e-9)
        }
    }
}

extension OpenCLEvent {
    /// Nanoseconds on the device's clock, on a queue that measures; waits for the command's end.
    fileprivate func time(_ key: Int32) throws -> cl_ulong {
        try wait()
        var time: cl_ulong = 0
        try check(
            clGetEventProfilingInfo(handle, cl_profiling_info(key), MemoryLayout<cl_ulong>.size, &time, nil),
            "clGetEventProfilingInfo")
        return time
    }
}

extension OpenCLBackend: MeasuringBackend {
    package func measuringKernels(_ body: () throws -> Void) throws -> [KernelRun] {
        try context.measuring.withLock { _ in
            let measurement = try OpenCLMeasurement(context)
            try context.measure(by: measurement)
            do { try OpenCLMeasurement.$current.withValue(measurement, operation: body) } catch {
                try context.measure(by: nil)
                throw error
            }
            try context.measure(by: nil)
            return try measurement.runs()
        }
    }
}
