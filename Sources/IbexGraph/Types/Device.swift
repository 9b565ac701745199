/// What kind of processor a device is.
public enum DeviceKind: String, Sendable, Hashable, Codable {
    case cpu, gpu, accelerator
}

/// A device that a tensor lives on and is computed by. Devices are found by the registry of the
/// runtime (`Device.named("opencl:gpu")`, `Device.all`); this is what is known of one.
public struct Device: Sendable, Hashable {
    /// The canonical name, which is also its identity: `cpu`, `opencl:0:1`, `reference`.
    public let id: String
    /// The name that the vendor gave it, such as `NVIDIA H200`.
    public let name: String
    public let vendor: String
    public let kind: DeviceKind
    /// Its memory, in bytes.
    public let memory: Int
    /// The largest single buffer that it can hold, in bytes.
    public let largestBuffer: Int
    public let computeUnits: Int
    /// The element types that it computes in.
    public let dtypes: Set<DType>

    public init(
        id: String, name: String, vendor: String, kind: DeviceKind, memory: Int, largestBuffer: Int,
        computeUnits: Int, dtypes: Set<DType>
    ) {
        self.id = id
        self.name = name
        self.vendor = vendor
        self.kind = kind
        self.memory = memory
        self.largestBuffer = largestBuffer
        self.computeUnits = computeUnits
        self.dtypes = dtypes
    }

    public static func == (a: Device, b: Device) -> Bool { a.id == b.id }
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension Device: CustomStringConvertible {
    public var description: String { "\(id) (\(name))" }
}
