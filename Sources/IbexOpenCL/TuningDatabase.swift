import FoundationEssentials

/// What a choice among kernels depends on, besides the device: `matmul`, `float32 nt 1x128x784x784`.
package struct TuningKey: Hashable, Sendable {
    package let family: String
    package let shapeClass: String

    package init(family: String, shapeClass: String) {
        self.family = family
        self.shapeClass = shapeClass
    }
}

/// Which candidate won, by device and key: a text file with one row a line.
///
/// A row is six fields between tabs: device, driver, revision of the kernels, family, shape class, winner. Rows of
/// other devices, drivers and revisions stay as they are; lines that are no rows are passed over and go at the next save.
package struct TuningDatabase: Sendable, Hashable {
    /// The device whose rows are read and added.
    package struct Owner: Hashable, Sendable {
        package let device: String
        package let driver: String
        package let revision: String

        package init(device: String, driver: String, revision: String) {
            func field(_ text: String) -> String { text.replacing("\t", with: " ").replacing("\n", with: " ") }
            self.device = field(device)
            self.driver = field(driver)
            self.revision = field(revision)
        }

        /// - Parameter info: the device; its threads count, since the best share of work depends on them.
        package init(_ info: OpenCLDeviceInfo) {
            self.init(
                device: "\(info.device.name) x \(info.device.computeUnits)",
                driver: "\(info.platformName) \(info.version) \(info.driverVersion)",
                revision: KernelSource.revision)
        }
    }

    private struct Place: Hashable {
        let owner: Owner
        let key: TuningKey
    }

    private static let heading = "# Ibex tuning 1: device, driver, kernels, family, shape class, winner"
    private var rows: [Place: String] = [:]
    /// How many lines of the text were no rows.
    package private(set) var damagedLines = 0

    package init() {}

    /// Reads rows, whatever else the text holds.
    package init(_ text: String) {
        for line in text.split(separator: "\n") where line != Self.heading {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 6, fields.allSatisfy({ !$0.isEmpty && !$0.contains("\u{FFFD}") }) else {
                damagedLines += 1
                continue
            }
            let owner = Owner(device: fields[0], driver: fields[1], revision: fields[2])
            rows[Place(owner: owner, key: TuningKey(family: fields[3], shapeClass: fields[4]))] = fields[5]
        }
    }

    /// The file's rows; none where there is no file, or none that can be read.
    package init(contentsOf file: URL) {
        self.init(String(decoding: (try? Data(contentsOf: file)) ?? Data(), as: UTF8.self))
    }

    package var text: String {
        let lines = rows.map { place, winner in
            let (owner, key) = (place.owner, place.key)
            return [owner.device, owner.driver, owner.revision, key.family, key.shapeClass, winner]
                .joined(separator: "\t")
        }
        return ([Self.heading] + lines.sorted()).joined(separator: "\n") + "\n"
    }

    package func winners(for owner: Owner) -> [TuningKey: String] {
        var winners: [TuningKey: String] = [:]
        for (place, winner) in rows where place.owner == owner { winners[place.key] = winner }
        return winners
    }

    package mutating func add(_ winners: [TuningKey: String], for owner: Owner) {
        for (key, winner) in winners { rows[Place(owner: owner, key: key)] = winner }
    }

    /// Adds rows to those that the file holds by now, and writes it under a temporary name that is then renamed.
    ///
    /// - Throws: what the file system says.
    package static func save(_ winners: [TuningKey: String], for owner: Owner, to file: URL) throws {
        var database = TuningDatabase(contentsOf: file)
        database.add(winners, for: owner)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(database.text.utf8).write(to: file, options: .atomic)
    }
}

extension KernelSource {
    /// Changes whenever a file of `Kernels/` does.
    package static let revision: String = {
        let text = templates.sorted { $0.key < $1.key }.map { $0.key + "\u{0}" + $0.value }.joined(separator: "\u{0}")
        return String(stableHash(text.utf8), radix: 36)
    }()
}
