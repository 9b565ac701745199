import IbexGraph

/// Steps that are measured as they come.
///
///     var recording = try ProfileRecording(on: device)
///     try recording.measure { try runner.run(step) }
///     print(Profile(recording))
package struct ProfileRecording {
    let device: Device
    private(set) var runs: [KernelRun] = []
    /// When each step was begun and enqueued, on the host's clock; the last one of a measurement ends with the device's
    /// work.
    private(set) var hostSteps: [ClosedRange<Double>] = []
    private let backend: any MeasuringBackend

    /// - Throws: `IbexError` of kind `device` for a device that cannot measure.
    package init(on device: Device) throws {
        guard let backend = try DeviceRegistry.shared.backend(for: device) as? any MeasuringBackend else {
            throw IbexError(
                .device, at: "profile", found: "the device \(device.id)", expected: "the CPU or an OpenCL device")
        }
        (self.device, self.backend) = (device, backend)
    }

    /// Runs a step some times, waits for the device, and keeps what its kernels took.
    ///
    /// - Parameter step: enqueues one step.
    package mutating func measure(steps: Int = 1, _ step: () throws -> Void) throws {
        var own: [ClosedRange<Double>] = []
        runs += try backend.measuringKernels {
            for _ in 0..<steps {
                let start = HostClock.seconds
                try step()
                own.append(start...HostClock.seconds)
            }
            try backend.synchronize()
            if let last = own.popLast() { own.append(last.lowerBound...HostClock.seconds) }
        }
        hostSteps += own
    }
}
