import IbexGraph

extension Device {
    /// Every device of this machine: the CPU first, then the OpenCL devices of all platforms.
    public static var all: [Device] { DeviceRegistry.shared.devices }

    /// The BLAS backend's device.
    public static var cpu: Device { DeviceRegistry.shared.devices[0] }

    /// The device that a specification such as `opencl:gpu` or `opencl:nvidia` means.
    ///
    /// - Throws: `IbexError` where the text is no specification, or nothing matches; it lists what there is.
    public static func named(_ specification: String) throws -> Device {
        try DeviceRegistry.shared.device(DeviceSpecification(specification), source: "device")
    }

    /// The device that keras.json and the environment name, settled at first use.
    ///
    /// - Throws: `IbexError` of kind `.configuration` or `.device`.
    public static var standard: Device {
        get throws { try settled.get() }
    }

    private static let settled = Result { () throws -> Device in
        let configuration = try Configuration.current
        return try DeviceRegistry.shared.device(configuration.device, source: configuration.deviceSource)
    }

    @TaskLocal private static var scoped: Device?

    /// The device of the innermost `withDevice`, else the standard one; `nil` where that cannot be had. Reading
    /// a value then throws the reason.
    public static var current: Device? { scoped ?? (try? standard) }

    /// Opens the device at once, so that its driver gets ready beside what `body` does first; a device that cannot be
    /// opened says so where it is used.
    package static func withScope<Result>(_ device: Device, _ body: () throws -> Result) rethrows -> Result {
        _ = try? DeviceRegistry.shared.backend(for: device)
        return try $scoped.withValue(device, operation: body)
    }
}

/// Runs `body` with `device` as the place where tensors and variables are made. What `body` does before it needs the
/// device, reading data for one, runs beside the start of the device's compiler.
///
///     let x = withDevice(.cpu) { Tensor([1, 2, 3]) }
public func withDevice<Result>(_ device: Device, _ body: () throws -> Result) rethrows -> Result {
    try Device.withScope(device, body)
}

/// As `withDevice(_:_:)`, by specification.
///
/// - Throws: `IbexError` where nothing matches, and whatever `body` throws.
public func withDevice<Result>(_ specification: String, _ body: () throws -> Result) throws -> Result {
    try Device.withScope(try Device.named(specification), body)
}
