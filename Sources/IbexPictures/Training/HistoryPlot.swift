import IbexGraph

/// The panels of a training: one for each logged name, validation beside training.
struct HistoryPlot {
    let logs: [String: [Double?]]
    /// Counted from 1, as the progress bar counts.
    let epochs: [Int]
    let scale: AxisScale
    /// The epoch with the best value of what is monitored.
    let best: Best?

    struct Best: Equatable {
        let name: String
        let epoch: Int
        let value: Double

        /// The first epoch with the lowest value, or the highest; `nil` where no value is a finite number.
        init?(_ name: String, _ values: [Double?], epochs: [Int], isHigherBetter: Bool) {
            let known = zip(epochs, values).compactMap { epoch, value in value.map { (epoch, $0) } }
                .filter { Scale.isShown($0.1) }
            let found = known.dropFirst().reduce(known.first) { best, next in
                guard let best else { return next }
                return (isHigherBetter ? next.1 > best.1 : next.1 < best.1) ? next : best
            }
            guard let found else { return nil }
            (self.name, epoch, value) = (name, found.0, found.1)
        }
    }

    /// The names that get a panel: the loss first, then the others in alphabetical order, the learning rate last.
    static func panels(of names: some Sequence<String>) -> [String] {
        let bases = Set(names.map { $0.hasPrefix("val_") ? String($0.dropFirst(4)) : $0 })
        func rank(_ name: String) -> Int { name == "loss" ? 0 : name == "learning_rate" ? 2 : 1 }
        return bases.sorted { (rank($0), $0) < (rank($1), $1) }
    }

    /// Whether the best value of a name is its highest: what measures errors is best at its lowest.
    static func isHigherBetter(_ name: String) -> Bool {
        let errors = ["loss", "error", "mse", "mae", "mape", "msle", "rmse", "crossentropy", "divergence", "false_"]
        let name = name.lowercased()
        return !errors.contains { name.contains($0) }
    }

    func chart(of name: String) -> LineChart {
        func series(_ key: String, _ index: Int) -> LineChart.Series? {
            guard let values = logs[key] else { return nil }
            let points = zip(epochs, values).map { (x: Double($0), y: $1) }
            return .init(name: key, style: Palette.style(index), points: points)
        }
        let series = [series(name, 0), series("val_" + name, 1)].compactMap(\.self)
        let values = series.flatMap { $0.points.compactMap(\.y) }
        let y = Scale(covering: values, scale)
        let title = y.kind == .logarithmic ? "\(name), logarithmic" : name
        var chart = LineChart(panel: Panel(title: title, x: .epochs(epochs), y: Axis(scale: y)), series: series)
        if let best {
            let ringed = [name, "val_" + name].filter { $0 == best.name }
            chart.best = (Double(best.epoch), ringed.map { _ in (best.value, Color.ink) })
        }
        return chart
    }

    /// What the lines mean, for all panels together.
    func legend(_ charts: [LineChart], width: Double) -> Legend {
        let all = charts.flatMap(\.series)
        let marks = LineChart.marksPoints(all)
        var entries: [Legend.Entry] = []
        if all.contains(where: { !$0.name.hasPrefix("val_") }) {
            entries.append(.init(name: "training", sign: .line(Palette.style(0), withMarker: marks)))
        }
        if all.contains(where: { $0.name.hasPrefix("val_") }) {
            entries.append(.init(name: "validation", sign: .line(Palette.style(1), withMarker: marks)))
        }
        if let best {
            let name = "best \(best.name): \(Ticks.name(best.value)) in epoch \(best.epoch)"
            entries.append(.init(name: name, sign: .rule(LineChart.bestStroke)))
        }
        if all.contains(where: { $0.points.contains { $0.y.map { !Scale.isShown($0) } ?? false } }) {
            entries.append(.init(name: "not a finite number", sign: .marker(.cross, .ink)))
        }
        return Legend(entries: entries, width: width)
    }
}
