import IbexGraph
import IbexRuntime

/// What `compile` settled, the accumulators on the device, and the steps traced so far.
final class Compilation {
    let optimizer: Optimizer
    let losses: [Loss]
    let lossWeights: [Double]
    let metrics: [[Metric]]
    let weightedMetrics: [[Metric]]
    /// Sums of losses times batch size: of the whole, then of each result where there are several.
    private(set) var lossTotals: [Variable] = []
    /// Where the next batch begins in the index buffer.
    private(set) var offset: Variable?
    /// The counter of random draws in steps that do not train; those that do draw by the optimizer's.
    private(set) var draws: Variable?
    private var steps: [StepKey: TracedProgram] = [:]

    /// What a traced step depends on.
    struct StepKey: Hashable {
        enum Kind: Hashable { case train, evaluate, predict }
        let kind: Kind
        let batch: Int
        /// Whether the step is given its rows as they are; else it gathers them by the order of the data set's rows.
        var isWhole = false
        let types: [TensorType]
        let recipes: [RowRecipe]
        let targets: Int
        let weights: Int
        let device: Device
        let seed: UInt64
    }

    init(
        optimizer: Optimizer, losses: [Loss], lossWeights: [Double]?, metrics: [[Metric]], weightedMetrics: [[Metric]]
    ) {
        self.optimizer = optimizer
        self.losses = losses
        self.lossWeights = lossWeights ?? losses.map { _ in 1 }
        self.metrics = metrics
        self.weightedMetrics = weightedMetrics
    }

    /// Makes the accumulators on the current device, once; a metric's when the shapes of its state are known.
    func build() {
        for metric in allMetrics { metric.build() }
        guard offset == nil else { return }
        offset = Variable(Tensor(Int64(0)), name: "offset", trainable: false)
        draws = Variable(Tensor(Int64(0)), name: "draws", trainable: false)
        let count = losses.count > 1 ? losses.count + 1 : 1
        lossTotals = (0..<count).map { Variable(.zeros(.scalar, floatx()), name: "loss_\($0)", trainable: false) }
    }

    /// The metrics that the model itself keeps, beside those of `compile`.
    var ownMetrics: [Metric] = []

    var allMetrics: [Metric] { (metrics + weightedMetrics).flatMap(\.self) + ownMetrics }

    /// Everything that begins anew with an epoch.
    var accumulators: [Variable] { lossTotals + allMetrics.flatMap(\.variables) }

    func step(_ key: StepKey, _ make: () throws -> TracedProgram) throws -> TracedProgram {
        if let step = steps[key] { return step }
        let step = try make()
        steps[key] = step
        return step
    }

    func forgetSteps() { steps = [:] }

    /// The training steps traced so far, those of the largest batch first.
    var trainingSteps: [TracedProgram] {
        steps.filter { $0.key.kind == .train }.sorted { $0.key.batch > $1.key.batch }.map(\.value)
    }

    /// What the accumulators come to after `rows` samples, in Keras's order: loss, losses of single results, metrics. A
    /// metric with several numbers has its mean under its name, then each as `name[0]`, `name[1]` and so on.
    func logs(_ state: [[Double]], rows: Int, outputNames: [String]) -> Logs {
        var logs = Logs()
        func add(_ name: String, _ value: Double, parts: [Double] = []) {
            var unique = name
            var number = 0
            while logs[unique] != nil {
                number += 1
                unique = "\(name)_\(number)"
            }
            logs[unique] = value
            for (index, part) in parts.enumerated() { logs["\(unique)[\(index)]"] = part }
        }
        func outputName(_ index: Int) -> String {
            index < outputNames.count ? outputNames[index] : "output_\(index)"
        }
        for (index, total) in state.prefix(lossTotals.count).enumerated() {
            add(index == 0 ? "loss" : "\(outputName(index - 1))_loss", rows == 0 ? 0 : total[0] / Double(rows))
        }
        var next = lossTotals.count
        for group in [metrics, weightedMetrics] {
            for (output, list) in group.enumerated() {
                for metric in list {
                    let end = next + metric.variables.count
                    let name = losses.count > 1 ? "\(outputName(output))_\(metric.name)" : metric.name
                    let own = Array(state[next..<end])
                    let parts = metric.results(of: own)
                    add(name, metric.result(of: own), parts: parts.count > 1 ? parts : [])
                    next = end
                }
            }
        }
        for metric in ownMetrics {
            let end = next + metric.variables.count
            add(metric.name, metric.result(of: Array(state[next..<end])))
            next = end
        }
        return logs
    }
}
