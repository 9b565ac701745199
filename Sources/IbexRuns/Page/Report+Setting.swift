import IbexFiles
import IbexModels

extension Report {
    /// The table of layers.
    var summary: HTML {
        guard let record else { return .nothing }
        return "<pre>\(record.summary.trimmedEnd)</pre>"
    }

    /// The description as it was followed.
    func configuration() throws -> HTML {
        guard let record else { return .nothing }
        return """
            <p>The description as it was followed, with what the command line set and what stood in for keys that were left
            out.</p>
            <pre>\(try YAML.text(record.description).trimmedEnd)</pre>
            """
    }

    /// What it ran on, and how long it took.
    var machine: HTML {
        guard let record else { return .nothing }
        let (machine, device, timing) = (record.machine, record.device, record.timing)
        let computer = HTML.facts(
            caption: "What it ran on",
            [
                ("device", "\(device.name) (\(device.id), \(device.kind), \(ReportNumbers.bytes(device.memory)))"),
                ("processor", "\(machine.processor), \(machine.cores) cores"),
                ("memory", ReportNumbers.bytes(machine.memory)), ("system", machine.system),
            ] + record.versions.sorted { $0.key < $1.key }.map { ($0.key.capitalized, $0.value) })
        var times = [
            ("begun", record.started), ("all of it", ReportNumbers.duration(timing.total)),
            ("training", ReportNumbers.duration(timing.fit)),
        ]
        let whole = timing.epochs.reduce(0, +)
        if whole > 0 {
            times.append(("an epoch, on average", ReportNumbers.duration(whole / Double(timing.epochs.count))))
            times.append(("the fastest epoch", ReportNumbers.duration(timing.epochs.min() ?? 0)))
            // An epoch of some steps alone sees another number.
            let isWhole = record.description.object?["fit"]?.object?["steps_per_epoch"] == nil
            if isWhole, let samples = record.samples["training"] {
                let rate = Double(samples * timing.epochs.count) / whole
                times.append(("training samples a second", NumberText.grouped(Int(rate.rounded()))))
            }
        }
        let names = ["training", "validation", "test"]
        let counts = names.compactMap { name in
            record.samples[name].map { ("samples for \(name)", NumberText.grouped($0)) }
        }
        return HTML([computer, .facts(caption: "How long it took, and on how many samples", times + counts)])
    }
}

extension String {
    /// The text without white space at its end.
    fileprivate var trimmedEnd: String {
        var text = self[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
