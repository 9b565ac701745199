import Foundation
import Ibex
import IbexModels
import IbexTensorBoard

/// What callbacks and the bar add to an epoch: epochs with them and silent ones in turn.
struct CallbackCost {
    /// Seconds of a silent epoch and of one with callbacks and bar, pair by pair.
    let pairs: [(silent: Double, told: Double)]
    let title: String

    /// How many pairs are measured.
    static let count = 9

    /// Trains an epoch of each kind to warm up and then pairs, in which now one kind is the first, now the other. The
    /// callbacks are the history, the bar, drawn for a terminal of 80 columns, a CSV file, early stopping, and TensorBoard
    /// with the scalars of each epoch and each batch.
    init(_ run: WorkloadRun) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/ibex-bench-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let null = open("/dev/null", O_WRONLY)
        defer { close(null) }
        let console = Console(
            write: { text in
                let bytes = Array(text.utf8)
                _ = write(null, bytes, bytes.count)
            }, terminal: Terminal(columns: 80))
        let device = try Device.named(run.device)
        let steps: Int
        (pairs, steps) = try withDevice(device) {
            let (model, x, y) = try Self.prepared(run)
            func callbacks() -> [Callback] {
                [
                    CSVLogger(folder + "/log.csv"), EarlyStopping(monitor: "loss", patience: 3),
                    TensorBoard(logDir: folder + "/board", writeGraph: false, updateFreq: .batch),
                ]
            }
            func epoch(isTold: Bool) throws -> Double {
                let start = MonotonicClock.now()
                try Console.$current.withValue(console) {
                    try model.fit(
                        x, y, batchSize: run.batchSize, epochs: 1, verbose: isTold ? 1 : 0,
                        callbacks: isTold ? callbacks() : [])
                }
                return MonotonicClock.now() - start
            }
            _ = (try epoch(isTold: false), try epoch(isTold: true))
            let pairs = try (0..<Self.count).map { pair in
                let first = try epoch(isTold: pair % 2 == 1)
                let second = try epoch(isTold: pair % 2 == 0)
                return pair % 2 == 1 ? (silent: second, told: first) : (silent: first, told: second)
            }
            return (pairs, (x.shape[0] + run.batchSize - 1) / run.batchSize)
        }
        title = "\(run.workload.name), batch \(run.batchSize), \(steps) steps an epoch on \(device.id)"
    }

    /// The workload's model, and grey images in place of its data: what they show changes no times.
    private static func prepared(_ run: WorkloadRun) throws -> (model: Sequential, x: Tensor, y: Tensor) {
        let workload = run.workload
        let (rows, side) = (min(run.samples ?? .max, workload.rows), workload.data == .mnist ? 28 : 8)
        let images = Tensor(
            shape: [rows, side, side], scalars: [UInt8](repeating: 77, count: rows * side * side))
        let labels = Tensor((0..<rows).map { UInt8($0 % 10) })
        let (x, y) = try workload.prepared((images, labels), brightest: 255)
        let model = Sequential([InputLayer(shape: Array(x.shape.extents.dropFirst()))] + workload.layers())
        model.compile(optimizer: workload.optimizer(), loss: .categoricalCrossentropy, metrics: [.accuracy])
        return (model, x, y)
    }

    /// The ratios of pairs, told to silent, in rising order.
    var ratios: [Double] { pairs.map { $0.told / $0.silent }.sorted() }

    var text: String {
        let (ratios, silent) = (ratios, pairs.map(\.silent).sorted())
        let middle = ratios.count / 2
        return String(
            format:
                "%@: a silent epoch takes %.3f s; with callbacks, bar and TensorBoard %.3f times as long (%.3f to %.3f, %d pairs)",
            title, silent[middle], ratios[middle], ratios[0], ratios[ratios.count - 1], ratios.count)
    }
}
