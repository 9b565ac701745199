import IbexGraph

extension Profile {
    /// The steps and kernels as a trace of events in JSON, which ui.perfetto.dev and chrome://tracing open: the host's steps
    /// on one track, the device's kernels on another, each with its layers, bytes and operations.
    public var trace: String {
        let zero = min(hostSteps.first?.lowerBound ?? 0, runs.map(\.start).min() ?? .infinity)
        var events = [
            Self.name("process_name", "Ibex", thread: 0), Self.name("thread_name", "host", thread: 1),
            Self.name("thread_name", device.name, thread: 2),
        ]
        for (number, step) in hostSteps.enumerated() {
            events.append(
                Self.event(
                    "step \(number)", start: step.lowerBound - zero, seconds: step.upperBound - step.lowerBound,
                    thread: 1, arguments: []))
        }
        for run in runs {
            let layers = Self.layers(of: run.note).map { Self.quoted($0.description) }.joined(separator: ", ")
            events.append(
                Self.event(
                    run.note.parts.map(\.step.op.name).joined(separator: "; "), start: run.start - zero,
                    seconds: run.seconds, thread: 2,
                    arguments: [
                        ("kernel", Self.quoted(run.note.title)), ("layers", "[\(layers)]"),
                        ("bytes", "\(run.note.byteCount)"), ("operations", "\(run.note.operationCount)"),
                    ]))
        }
        return "{\"traceEvents\": [\n" + events.joined(separator: ",\n") + "\n], \"displayTimeUnit\": \"ms\"}\n"
    }

    private static func name(_ kind: String, _ name: String, thread: Int) -> String {
        "{\"ph\": \"M\", \"pid\": 1, \"tid\": \(thread), \"name\": \"\(kind)\", "
            + "\"args\": {\"name\": \(quoted(name))}}"
    }

    /// A span of time; the format counts microseconds.
    private static func event(
        _ name: String, start: Double, seconds: Double, thread: Int, arguments: [(String, String)]
    ) -> String {
        let fields = arguments.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ")
        return "{\"ph\": \"X\", \"pid\": 1, \"tid\": \(thread), \"name\": \(quoted(name)), \"ts\": \(start * 1e6), "
            + "\"dur\": \(seconds * 1e6), \"args\": {\(fields)}}"
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case _ where scalar.value < 0x20: " "
            default: String(scalar)
            }
        }
        return "\"" + escaped.joined() + "\""
    }
}
