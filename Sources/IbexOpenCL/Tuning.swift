import FoundationEssentials
import IbexGraph
import Synchronization

/// Where tuned choices are kept, and whether new ones are searched for.
package struct TuningSettings: Sendable {
    /// The text database; `nil` reads and writes none.
    package var file: URL?
    /// Whether a program that is prepared has its unknown shapes tuned.
    package var searches = false
    /// How long one program may be tuned.
    package var seconds = 5.0
    /// The clock, in seconds.
    package var now: @Sendable () -> Double = {
        let time = ContinuousClock.now - TuningSettings.epoch
        return Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
    }
    /// Hears of each candidate that is tried and of each winner.
    package var report: @Sendable (String) -> Void = { _ in }
    /// Hears of a database that is damaged or cannot be written.
    package var notice: @Sendable (String) -> Void = { _ in }

    package init(file: URL? = nil, searches: Bool = false) {
        self.file = file
        self.searches = searches
    }

    private static let epoch = ContinuousClock.now
}

/// The tuned choices of one device: shipped rows, over them those of the database, over them what was found since.
final class Tuning: Sendable {
    let settings: TuningSettings
    private let owner: TuningDatabase.Owner
    private let saved: Mutex<[TuningKey: String]>
    private let shipped: [TuningKey: String]

    init(_ settings: TuningSettings, _ info: OpenCLDeviceInfo) {
        self.settings = settings
        owner = TuningDatabase.Owner(info)
        shipped = ShippedTuning.winners(for: info)
        guard let file = settings.file else {
            saved = Mutex([:])
            return
        }
        let database = TuningDatabase(contentsOf: file)
        if database.damagedLines > 0 {
            settings.notice(
                "\(file.path): \(database.damagedLines) damaged lines of the tuning database are ignored; the next "
                    + "tuning writes it anew")
        }
        saved = Mutex(database.winners(for: owner))
    }

    /// The winner by key.
    var choices: [TuningKey: String] { shipped.merging(saved.withLock { $0 }) { $1 } }

    /// The questions that no row of the database answers, each once, the largest first.
    func open(_ questions: [TuningQuestion]) -> [TuningQuestion] {
        var seen = Set(saved.withLock { $0 }.keys)
        return questions.filter { seen.insert($0.key).inserted }.sorted { $0.work > $1.work }
    }

    /// Keeps winners, in the file too; a file that cannot be written costs time, not results.
    func keep(_ winners: [TuningKey: String]) {
        guard !winners.isEmpty else { return }
        saved.withLock { $0.merge(winners) { $1 } }
        guard let file = settings.file else { return }
        do {
            try TuningDatabase.save(winners, for: owner, to: file)
        } catch {
            settings.notice("\(file.path): the tuning database cannot be written: \(error)")
        }
    }
}
