import IbexGraph

/// A value and what set it.
struct Sourced<Value> {
    let value: Value
    let source: String

    init(_ value: Value, _ source: String) {
        self.value = value
        self.source = source
    }
}

/// What one level of the configuration (arguments, environment, file) says of backend and device.
struct DeviceRequest {
    var backend: Sourced<BackendChoice>?
    var device: Sourced<DeviceSpecification>?

    /// The device that is meant, and what set it.
    ///
    /// Backend and device say the same thing at two levels of detail. What code says in arguments stands over what
    /// surrounds the process; but environment and file surround it together, and where one asks for a backend and the
    /// other for a device of the other backend, nobody can tell which is meant.
    ///
    /// - Throws: `IbexError` of kind `configuration` that names both sources.
    static func resolve(
        arguments: DeviceRequest, environment: DeviceRequest, file: DeviceRequest
    ) throws -> (DeviceSpecification, source: String) {
        let surroundings = DeviceRequest(
            backend: environment.backend ?? file.backend, device: environment.device ?? file.device)
        for request in [arguments, surroundings] {
            if let resolved = try request.resolved() { return resolved }
        }
        return (.auto, "the default")
    }

    private func resolved() throws -> (DeviceSpecification, source: String)? {
        if let backend, let device, backend.value.contradicts(device.value) {
            throw IbexError(
                .configuration, at: "\(backend.source) and \(device.source)",
                found: "the backend \(backend.value.rawValue) and the device \(device.value)",
                expected: "a device of that backend", remedy: "Remove one of the two.")
        }
        if let device, device.value != .auto { return (device.value, device.source) }
        switch backend?.value {
        case .cpu?: return (.cpu, backend?.source ?? "")
        case .openCL?: return (.openCL(.any), backend?.source ?? "")
        case .auto?, nil: return (device?.source ?? backend?.source).map { (.auto, $0) }
        }
    }
}

extension BackendChoice {
    fileprivate func contradicts(_ device: DeviceSpecification) -> Bool {
        switch (self, device) {
        case (.auto, _), (_, .auto), (.cpu, .cpu), (.openCL, .openCL): false
        default: true
        }
    }
}
