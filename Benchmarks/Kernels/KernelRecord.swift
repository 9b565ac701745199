import Foundation

/// What one case measured: a line of `--json`.
struct KernelRecord: Codable {
    let family: KernelFamily
    let name: String
    let device: String
    let microseconds: Double
    let launches: Int
    /// 0 where bandwidth is what counts.
    let gigaflops: Double
    /// Gigabytes per second, each operand counted once.
    let gigabytes: Double
    let limit: KernelFamily.Limit
    /// The limit's rate beside it: GFLOP/s, or GB/s of a copy.
    let limitRate: Double
    let fraction: Double
    let isRated: Bool

    enum CodingKeys: String, CodingKey {
        case family, name, device, launches, limit, fraction
        case microseconds = "us"
        case gigaflops = "gflops"
        case gigabytes = "gbps"
        case limitRate = "limit_rate"
        case isRated = "rated"
    }

    func line() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

extension KernelRecord {
    /// What several measurements of one case say together: the median of each figure.
    init(medianOf passes: [KernelRecord]) {
        func median(_ figure: (KernelRecord) -> Double) -> Double { KernelTimer.median(passes.map(figure)) }
        let one = passes[0]
        (family, name, device, launches) = (one.family, one.name, one.device, one.launches)
        (limit, isRated) = (one.limit, one.isRated)
        microseconds = median(\.microseconds)
        gigaflops = median(\.gigaflops)
        gigabytes = median(\.gigabytes)
        limitRate = median(\.limitRate)
        fraction = median(\.fraction)
    }
}

/// The tables that `--kernels` ends with.
struct KernelTable {
    let records: [KernelRecord]

    /// A line per case, family by family.
    var cases: String {
        TextColumns(
            header: ["family", "us", "GFLOP/s", "GB/s", "limit", "fraction", "case"],
            rows: KernelFamily.allCases.flatMap { family in
                records.filter { $0.family == family }.map { record in
                    [
                        family.rawValue, format(record.microseconds, 1),
                        record.gigaflops > 0 ? format(record.gigaflops, 1) : "", format(record.gigabytes, 1),
                        format(record.limitRate, 1), format(record.fraction, 2), record.name,
                    ]
                }
            }, left: [0, 6]
        ).text
    }

    /// A line per family: how its rated cases stand to the target.
    var summary: String {
        TextColumns(
            header: ["family", "cases", "median", "target", "worst", "target", "limit", "worst case"],
            rows: KernelFamily.allCases.compactMap { family in
                let records = records.filter { $0.family == family && $0.isRated }
                guard let worst = records.min(by: { $0.fraction < $1.fraction }) else { return nil }
                let median = KernelTimer.median(records.map(\.fraction))
                return [
                    family.rawValue, "\(records.count)", format(median, 2),
                    family.target.map { Self.verdict(median, $0.median) } ?? "", format(worst.fraction, 2),
                    family.target.map { Self.verdict(worst.fraction, $0.worst) } ?? "", worst.limit.rawValue,
                    worst.name,
                ]
            }, left: [0, 6, 7]
        ).text
    }

    private static func verdict(_ value: Double, _ target: Double) -> String {
        "\(value >= target ? "holds" : "below") " + String(format: "%.2f", target)
    }

    private func format(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
}
