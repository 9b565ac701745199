import ArgumentParser
import IbexGraph
import IbexRuntime

/// `ibex devices`: every platform and device, which one is chosen and why.
struct DevicesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devices", abstract: "List every device, the one that is chosen, and why.")

    func run() throws {
        let registry = DeviceRegistry.shared
        let devices = registry.devices.map { device in
            DeviceReport.Entry(device: device, platform: registry.platform(of: device) ?? "Ibex")
        }
        let failure = registry.openCLFailure.map { "\($0)" }
        do {
            let (chosen, reason) = try choice(of: registry)
            print(DeviceReport(entries: devices, chosen: chosen, reason: reason, openCLFailure: failure).text)
        } catch {
            print(DeviceReport(entries: devices, chosen: nil, reason: "\(error)", openCLFailure: failure).text)
            throw ExitCode.failure
        }
    }

    private func choice(of registry: DeviceRegistry) throws -> (Device, String) {
        let configuration = try Configuration.current
        let device = try registry.device(configuration.device, source: configuration.deviceSource)
        let reason =
            configuration.device == .auto
            ? "\(configuration.deviceSource) says auto, and \(registry.automatic().reason)"
            : "\(configuration.deviceSource) says \(configuration.device)"
        return (device, reason)
    }
}
