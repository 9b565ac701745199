import IbexGraph

/// What a device is asked for by, wherever that stands: an argument, `IBEX_DEVICE`, keras.json, an option of a command.
///
/// | text | what it asks for |
/// | --- | --- |
/// | `auto` | an OpenCL GPU where there is one, else the CPU |
/// | `cpu` | the BLAS backend |
/// | `opencl` | the first OpenCL device, a GPU before others |
/// | `opencl:gpu`, `opencl:cpu`, `opencl:accelerator` | the first OpenCL device of that kind |
/// | `opencl:1` | the OpenCL device of that number, counted over all platforms from 0 |
/// | `opencl:0:1` | platform 0, device 1 |
/// | `opencl:nvidia` | the first OpenCL device whose name or vendor contains the text |
/// | `reference` | the slow backend that tests compare against |
///
/// Upper and lower case are the same.
public enum DeviceSpecification: Sendable, Hashable {
    case auto
    case cpu
    case openCL(OpenCLChoice)
    case reference

    /// Which OpenCL device is meant.
    public enum OpenCLChoice: Sendable, Hashable {
        case any
        case kind(DeviceKind)
        case number(Int)
        case platform(Int, device: Int)
        /// Part of a name, in lower case.
        case name(String)
    }

    /// Reads a specification.
    /// - Parameter source: where the text stands, for the error: `IBEX_DEVICE`, `--devices`.
    /// - Throws: `IbexError` of kind `configuration` for text that is none; a bare number is none.
    public init(_ text: String, source: String = "device") throws {
        let fields = text.split(separator: ":", omittingEmptySubsequences: false).map { $0.lowercased() }
        switch (fields[0], fields.dropFirst()) {
        case ("auto", []): self = .auto
        case ("cpu", []): self = .cpu
        case ("reference", []): self = .reference
        case ("opencl", let choice):
            guard let choice = Self.choice(Array(choice)) else { throw Self.error(text, source) }
            self = .openCL(choice)
        default: throw Self.error(text, source)
        }
    }

    private static func choice(_ fields: [String]) -> OpenCLChoice? {
        if fields.isEmpty { return .any }
        let numbers = fields.map { $0.allSatisfy { $0.isASCII && $0.isNumber } ? Int($0) : nil }
        switch (fields.count, numbers[0], numbers[fields.count - 1]) {
        case (1, let number?, _): return .number(number)
        case (2, let platform?, let device?): return .platform(platform, device: device)
        case (1, nil, _):
            let name = fields[0]
            guard name.contains(where: { !$0.isWhitespace && !$0.isNumber && $0 != "-" }) else { return nil }
            return DeviceKind(rawValue: name).map(OpenCLChoice.kind) ?? .name(name)
        default: return nil
        }
    }

    private static func error(_ text: String, _ source: String) -> IbexError {
        let isNumber = !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber }
        return IbexError(
            .configuration, at: source, found: "the device \"\(text)\"",
            expected:
                "auto, cpu, opencl, opencl:gpu, opencl:1, opencl:0:1 (platform:device) or a name as in opencl:nvidia",
            remedy: isNumber
                ? "A bare number names no device: write opencl:\(text)." : "`ibex devices` lists what there is.")
    }
}

extension DeviceSpecification: CustomStringConvertible {
    /// The text that asks for it.
    public var description: String {
        switch self {
        case .auto: "auto"
        case .cpu: "cpu"
        case .reference: "reference"
        case .openCL(.any): "opencl"
        case .openCL(.kind(let kind)): "opencl:\(kind.rawValue)"
        case .openCL(.number(let number)): "opencl:\(number)"
        case .openCL(.platform(let platform, let device)): "opencl:\(platform):\(device)"
        case .openCL(.name(let name)): "opencl:\(name)"
        }
    }
}
