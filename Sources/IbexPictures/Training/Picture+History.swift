import IbexGraph
import IbexModels

extension Picture {
    /// Loss and metrics epoch by epoch: a panel for each name, training and validation in one, the best epoch marked.
    ///
    ///     let logs = ["loss": [0.9, 0.5, 0.4], "val_loss": [0.8, 0.6, 0.7]]
    ///     try Picture.history(logs).write(to: "history.png")
    ///
    /// - Parameters:
    ///   - logs: by name, a value for each epoch; `nil` where none was measured. What is not a finite number is drawn as a
    ///     cross on the axis.
    ///   - epochs: the numbers of the epochs from 0, as `History.epoch` has them; 0, 1, 2 and so on by default. The
    ///     picture counts from 1, as the progress bar does.
    ///   - metrics: what to draw, without `val_`; everything by default, the loss first.
    ///   - monitor: what the best epoch is judged by: `val_loss` by default, else `loss`. The lowest value is best, unless
    ///     the name is no error's: `val_accuracy` is best at its highest.
    ///   - width: in points. The picture is as high as its panels need.
    /// - Throws: `IbexError` of kind `name` for a metric that was not logged, `argument` where there are no logs or more
    ///   values than epochs.
    public static func history(
        _ logs: [String: [Double?]], epochs: [Int]? = nil, metrics: [String]? = nil, monitor: String? = nil,
        title: String = "", scale: AxisScale = .automatic, width: Double = 760
    ) throws(IbexError) -> Picture {
        let place = "a picture of a training"
        let known = HistoryPlot.panels(of: logs.keys)
        let names = metrics ?? known
        for name in names + (monitor.map { [$0] } ?? [])
        where !known.contains(name) && logs[name] == nil {
            throw IbexError(
                .name, at: place, found: "\"\(name)\"", expected: "one of " + logs.keys.sorted().joined(separator: ", ")
            )
        }
        let count = logs.values.map(\.count).max() ?? 0
        let numbers = (epochs ?? Array(0..<count)).map { $0 + 1 }
        guard !names.isEmpty, count <= numbers.count else {
            throw IbexError(
                .argument, at: place, found: "\(logs.count) names, \(count) values and \(numbers.count) epochs",
                expected: "at least one name, and no more values than epochs")
        }
        let judged = monitor ?? (logs["val_loss"] != nil ? "val_loss" : "loss")
        let best = HistoryPlot.Best(
            judged, logs[judged] ?? [], epochs: numbers, isHigherBetter: HistoryPlot.isHigherBetter(judged))
        let plot = HistoryPlot(logs: logs, epochs: numbers, scale: scale, best: best)
        return plot.picture(names, title: title, width: width)
    }
}

extension HistoryPlot {
    func picture(_ names: [String], title: String, width: Double) -> Picture {
        let charts = names.map(chart)
        let sheet = ChartSheet(title: title, width: width)
        return sheet.picture(charts.map(\.panel), legend: { legend(charts, width: $0) }) {
            index, panel, outer, drawing in
            var chart = charts[index]
            chart.panel = panel
            chart.draw(in: outer, on: &drawing)
        }
    }
}

extension History {
    /// Loss and metrics epoch by epoch: a panel for each name, training and validation in one, the best epoch marked.
    ///
    ///     let history = try model.fit(x, y, epochs: 20, validationSplit: 0.2)
    ///     try history.plot().write(to: "history.png")
    ///     try history.plot(metrics: ["accuracy"], monitor: "val_accuracy").write(to: "accuracy.svg")
    ///
    /// See `Picture.history` for the arguments.
    /// - Throws: `IbexError` as `Picture.history`.
    public func plot(
        metrics: [String]? = nil, monitor: String? = nil, title: String = "", scale: AxisScale = .automatic,
        width: Double = 760
    ) throws(IbexError) -> Picture {
        let (logs, epochs) = alignedLogs
        return try Picture.history(
            logs, epochs: epochs, metrics: metrics, monitor: monitor, title: title, scale: scale, width: width)
    }
}
