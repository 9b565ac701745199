import FoundationEssentials
import IbexCPU
import IbexGraph
import IbexOpenCL
import Synchronization

/// The devices of this machine and their backends: the one file that names both.
package final class DeviceRegistry: Sendable {
    package static let shared = DeviceRegistry()

    private let backends = Mutex<[Device: any Backend]>([:])
    private let openCL: Result<[OpenCLDeviceInfo], any Error>
    private let cpu = CPUBackend()

    private init() {
        openCL = Result { try OpenCLPlatforms.devices() }
        backends.withLock { $0[cpu.device] = cpu }
    }

    /// The CPU first, then every OpenCL device in the drivers' order.
    package var devices: [Device] { [cpu.device] + openCLDevices }

    package var openCLDevices: [Device] { (try? openCL.get().map(\.device)) ?? [] }

    /// The OpenCL platform that a device belongs to.
    package func platform(of device: Device) -> String? {
        try? openCL.get().first { $0.device == device }?.platformName
    }

    /// Why OpenCL devices could not be listed, where that failed.
    package var openCLFailure: (any Error)? {
        if case .failure(let error) = openCL { error } else { nil }
    }

    /// Adds a backend that is not part of every program: the reference, the null backend.
    package func register(_ backend: any Backend) { backends.withLock { $0[backend.device] = backend } }

    /// A backend that stands in for its device's own within a task: a test that counts wants one to itself.
    @TaskLocal package static var substitute: (any Backend)?

    /// The backend of a device, made at its first use.
    ///
    /// - Throws: `IbexError` of kind `.device` where its driver refuses.
    package func backend(for device: Device) throws -> any Backend {
        if let substitute = DeviceRegistry.substitute, substitute.device == device { return substitute }
        if let backend = backends.withLock({ $0[device] }) { return backend }
        guard let info = try openCL.get().first(where: { $0.device == device }) else { throw unknown(device.id) }
        let made = try OpenCLBackend(info, tuning: try Self.tuning())
        return backends.withLock { backends in
            if let other = backends[device] { return other }
            backends[device] = made
            return made
        }
    }

    /// A backend of its own for an OpenCL device, which tunes each program that it prepares and says so.
    ///
    /// - Throws: `IbexError` of kind `.device` for any other device, or where the driver refuses.
    package func tuningBackend(
        for device: Device, seconds: Double, report: @escaping @Sendable (String) -> Void
    ) throws -> any Backend {
        guard let info = try openCL.get().first(where: { $0.device == device }) else {
            throw IbexError(
                .device, at: "tune", found: "the device \(device.id)", expected: "an OpenCL device",
                remedy: "`ibex devices` lists them.")
        }
        var settings = try Self.tuning()
        settings.searches = true
        settings.seconds = seconds
        settings.report = report
        return try OpenCLBackend(info, tuning: settings)
    }

    /// The database in the cache folder; searches where `IBEX_AUTOTUNE` says so.
    private static func tuning() throws -> TuningSettings {
        let configuration = try Configuration.current
        var settings = TuningSettings(
            file: URL(filePath: configuration.folders.cache).appending(path: "tuning.txt"),
            searches: configuration.autotune)
        settings.notice = { Configuration.logger.notice("\($0)") }
        settings.report = { Configuration.logger.info("\($0)") }
        return settings
    }

    /// The device that a specification means.
    ///
    /// - Throws: `IbexError` of kind `.device` that lists what there is, where nothing matches.
    package func device(_ specification: DeviceSpecification, source: String) throws -> Device {
        switch specification {
        case .cpu:
            return cpu.device
        case .reference:
            let registered = backends.withLock { $0.keys.first { $0.id == "reference" } }
            guard let registered else { throw unknown("reference", source: source) }
            return registered
        case .auto:
            let (device, reason) = automatic()
            Configuration.logger.info("\(device.id) (\(device.name)): \(reason)")
            return device
        case .openCL(let choice):
            guard let device = match(choice) else { throw unknown("\(specification)", source: source) }
            return device
        }
    }

    /// What "auto" takes, and why.
    package func automatic() -> (device: Device, reason: String) {
        if let gpu = openCLDevices.first(where: { $0.kind == .gpu }) { return (gpu, "the first OpenCL GPU") }
        let reason =
            openCLDevices.isEmpty
            ? "no OpenCL device was found" : "no OpenCL GPU was found; an OpenCL CPU device runs only when asked for"
        return (cpu.device, reason)
    }

    private func match(_ choice: DeviceSpecification.OpenCLChoice) -> Device? {
        let devices = openCLDevices
        switch choice {
        case .any: return devices.first { $0.kind == .gpu } ?? devices.first
        case .kind(let kind): return devices.first { $0.kind == kind }
        case .number(let number): return devices.indices.contains(number) ? devices[number] : nil
        case .platform(let platform, let device): return devices.first { $0.id == "opencl:\(platform):\(device)" }
        case .name(let part):
            return devices.first { $0.name.lowercased().contains(part) || $0.vendor.lowercased().contains(part) }
        }
    }

    private func unknown(_ name: String, source: String = "device") -> IbexError {
        let list = devices.map { "\($0.id) (\($0.name))" }.joined(separator: ", ")
        let remedy =
            openCLDevices.isEmpty
            ? "No OpenCL platform is installed: `ibex devices` says what to install." : "Name one of them."
        return IbexError(
            .device, at: source, found: "the device \"\(name)\"", expected: "one of \(list)", remedy: remedy)
    }
}
