import IbexModels

extension Report {
    /// What was trained, when and on what, in a sentence.
    var introduction: HTML {
        guard let record else {
            return "<p>The log of a training: \(log.epochs.count) epochs.</p>"
        }
        let begun = record.started.replacing("T", with: " ").replacing("Z", with: " UTC")
        return """
            <p>Trained as \(record.file) says, on \(record.device.name) (\(record.device.id)), begun \(begun).</p>
            \(interruption)
            """
    }

    /// Where the training was ended, if somebody ended it.
    private var interruption: HTML {
        guard let place = record?.interruption else { return .nothing }
        return """
            <p class="notice">Ended by Control-C in epoch \(place.epoch + 1), after \(place.batches) of its batches. The \
            curves are of the epochs before it; everything else is of the model as it was then.</p>
            """
    }

    /// The results that a reader looks for first.
    var headlines: HTML {
        var entries: [(term: String, value: String, note: String)] = []
        if let note = record?.evaluation {
            for (name, value) in zip(note.names, note.values).prefix(4) {
                entries.append(
                    (
                        "\(name), \(note.samples)", Self.text(value, of: name),
                        "\(NumberText.grouped(note.count)) samples"
                    ))
            }
        } else {
            entries = log.final.filter { $0.name != "learning_rate" }.prefix(4).map {
                ($0.name, Self.text($0.value, of: $0.name), "last epoch")
            }
        }
        if let best {
            entries.append(("best \(best.name)", Self.text(best.value, of: best.name), "epoch \(best.epoch + 1)"))
        }
        let asked = record?.description.object?["fit"]?.object?["epochs"]?.int
        entries.append(("epochs", "\((log.epochs.last ?? -1) + 1)", asked.map { "of \($0)" } ?? ""))
        if let record {
            entries.append(("time", ReportNumbers.duration(record.timing.fit), "for the training"))
        }
        let cards = entries.map { entry -> HTML in
            "<div><dt>\(entry.term)</dt><dd>\(entry.value)<small>\(entry.note)</small></dd></div>"
        }
        return "<dl class=\"headlines\">\n\(cards)\n</dl>"
    }

    /// The epoch with the lowest loss, of validation where there is one.
    var best: (name: String, epoch: Int, value: Double)? {
        let name = log.values["val_loss"] != nil ? "val_loss" : "loss"
        let known = zip(log.epochs, log[name]).compactMap { epoch, value in
            value.flatMap { $0.isFinite ? (epoch, $0) : nil }
        }
        return known.min { $0.1 < $1.1 }.map { (name, $0.0, $0.1) }
    }

    /// A value as its name suggests: shares of right answers in percent.
    static func text(_ value: Double?, of name: String) -> String {
        guard let value, name.lowercased().contains("acc"), (0...1).contains(value) else {
            return ReportNumbers.value(value)
        }
        return ReportNumbers.percent(value)
    }

    /// Every epoch's values, closed until somebody opens it.
    var epochTable: HTML {
        guard !log.epochs.isEmpty, !log.names.isEmpty else { return .nothing }
        let rows = log.epochs.enumerated().map { row, epoch in
            ["\(epoch + 1)"] + log.names.map { ReportNumbers.value(log[$0][row]) }
        }
        let table = HTML.table(
            caption: "The values at the end of each epoch", header: ["epoch"] + log.names, rows: rows)
        return "<details><summary>The values of each epoch</summary>\n\(table)\n</details>"
    }
}
