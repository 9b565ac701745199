import IbexGraph

/// What `ibex devices` prints.
struct DeviceReport {
    struct Entry {
        let device: Device
        /// The OpenCL platform, or Ibex itself.
        let platform: String
    }

    let entries: [Entry]
    /// `nil` where none could be chosen; `reason` says why.
    let chosen: Device?
    let reason: String
    /// Why OpenCL devices could not be listed.
    let openCLFailure: String?

    private static let header = [
        "", "device", "kind", "name", "platform", "memory", "largest buffer", "units", "types",
    ]

    var text: String {
        let rows = entries.map { entry in
            let device = entry.device
            return [
                device == chosen ? "*" : "", device.id, device.kind.rawValue, device.name, entry.platform,
                Self.size(device.memory), Self.size(device.largestBuffer), "\(device.computeUnits)",
                DType.allCases.filter(device.dtypes.contains).map(\.rawValue).joined(separator: " "),
            ]
        }
        var lines = Self.aligned([Self.header] + rows)
        lines.append("")
        lines.append(chosen.map { "Chosen: \($0.id), since \(reason)." } ?? "None is chosen: \(reason)")
        if chosen != nil {
            lines.append("Another: IBEX_DEVICE, the key \"device\" of keras.json, or withDevice in a program.")
        }
        if let openCLFailure {
            lines.append("OpenCL devices could not be listed: \(openCLFailure)")
        } else if !entries.contains(where: { $0.device.id.hasPrefix("opencl") }) {
            lines.append("No OpenCL platform is installed. Install your GPU's driver with its OpenCL part:")
            lines.append("  NVIDIA: its own driver; AMD: mesa-opencl-icd or ROCm; Intel: intel-opencl-icd;")
            lines.append("  any CPU: pocl-opencl-icd. Then `ibex devices` lists it.")
        }
        return lines.joined(separator: "\n")
    }

    /// Columns two spaces apart, without spaces at the ends of lines.
    private static func aligned(_ rows: [[String]]) -> [String] {
        let widths = header.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            let line = cells.joined(separator: "  ")
            return String(line[..<(line.lastIndex { $0 != " " }.map(line.index(after:)) ?? line.startIndex)])
        }
    }

    /// A size in the largest unit of which there is at least one, to one decimal; nothing for an unknown size.
    static func size(_ bytes: Int) -> String {
        guard bytes > 0 else { return "" }
        var (value, units) = (Double(bytes), ["B", "KiB", "MiB", "GiB", "TiB"])
        while value >= 1024, units.count > 1 {
            value /= 1024
            units.removeFirst()
        }
        let tenths = Int((value * 10).rounded())
        return units[0] == "B" ? "\(bytes) B" : "\(tenths / 10).\(tenths % 10) \(units[0])"
    }
}
