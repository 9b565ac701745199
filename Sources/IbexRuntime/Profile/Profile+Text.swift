import FoundationEssentials
import IbexGraph

extension Profile: CustomStringConvertible {
    /// Two tables, by layer and by kernel, of what a step costs.
    public var description: String {
        let host =
            "\(Self.fixed(seconds / Double(max(steps, 1)) * 1e3, 3)) ms a step as the host saw it, while measuring"
        let title = "\(device.name) (\(device.id)), \(steps) steps: \(host)"
        return [title, Self.table(layerRows, flushLeft: 4), Self.table(kernelRows, flushLeft: limits == nil ? 5 : 6)]
            .joined(separator: "\n\n")
    }

    private var total: Double { max(kernels.reduce(0) { $0 + $1.seconds }, 1e-12) }

    private func common(_ seconds: Double, launches: Int, bytes: Double) -> [String] {
        let steps = Double(max(steps, 1))
        return [
            Self.fixed(seconds / total * 100, 1) + " %", Self.fixed(seconds / steps * 1e6, 1),
            Self.fixed(Double(launches) / steps, 2), Self.fixed(bytes / steps * 1e-6, 3),
        ]
    }

    private var layerRows: [[String]] {
        [["share", "us/step", "launches/step", "MB/step", "layer"]]
            + layers.map {
                common($0.seconds, launches: $0.launches, bytes: $0.bytes) + [$0.layer.description]
            }
    }

    private var kernelRows: [[String]] {
        let last = (limits == nil ? [] : ["of limit"]) + ["kernel"]
        return [["share", "us/step", "launches/step", "MB/step", "us/launch"] + last]
            + kernels.map { kernel in
                let fraction = fractionOfLimit(kernel).map { [Self.fixed($0 * 100, 0) + " %"] } ?? []
                let each = Self.fixed(kernel.seconds / Double(max(kernel.launches, 1)) * 1e6, 1)
                let name = kernel.name + " [" + kernel.layers.map(\.description).joined(separator: ", ") + "]"
                return common(kernel.seconds, launches: kernel.launches, bytes: Double(kernel.bytes)) + [each]
                    + (limits == nil ? [] : fraction.isEmpty ? ["-"] : fraction) + [name]
            }
    }

    /// Rows in columns, the first one a header; all but the last column flush right.
    private static func table(_ rows: [[String]], flushLeft last: Int) -> String {
        let widths = (0..<last).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { column, cell in
                column == last ? cell : String(repeating: " ", count: widths[column] - cell.count) + cell
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    private static func fixed(_ value: Double, _ decimals: Int) -> String {
        guard abs(value) < 1e15 else { return "-" }
        let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
        let whole = Int((value * scale).rounded())
        guard decimals > 0 else { return "\(whole)" }
        let digits = String(whole)
        let padded = String(repeating: "0", count: max(decimals + 1 - digits.count, 0)) + digits
        return padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }
}

extension Profile.Layer: CustomStringConvertible {
    public var description: String { isGradient ? "\(name) (gradient)" : name }
}
