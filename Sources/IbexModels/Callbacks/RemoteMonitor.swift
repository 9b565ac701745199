import IbexGraph

/// Sends the values of each epoch to a server.
///
///     try model.fit(x, y, epochs: 10, callbacks: [RemoteMonitor(root: "https://example.org")])
///
/// It posts a JSON object, `{"epoch": 0, "loss": 0.5}`, in a field of a form or by itself, with `curl`, and waits for the
/// answer, ten seconds at most. A server that cannot be reached is warned of; what it answers counts for nothing.
public final class RemoteMonitor: Callback {
    public let root: String
    public let path: String
    public let field: String
    public let headers: [String: String]
    public let sendAsJSON: Bool

    /// - Parameters:
    ///   - root: the server, such as `http://localhost:9000`.
    ///   - path: what follows it in the address.
    ///   - field: the form's field that holds the JSON.
    ///   - headers: more of them, by name.
    ///   - sendAsJSON: whether the JSON is sent by itself, as `application/json`.
    public init(
        root: String = "http://localhost:9000", path: String = "/publish/epoch/end/", field: String = "data",
        headers: [String: String] = [:], sendAsJSON: Bool = false
    ) {
        self.root = root
        self.path = path
        self.field = field
        self.headers = headers
        self.sendAsJSON = sendAsJSON
    }

    /// - Throws: `IbexError` of kind `file` where there is no `curl`.
    public override func onEpochEnd(_ epoch: Int, _ logs: inout Logs) throws {
        // A value that JSON has no digits for is refused by Keras's client, which ends as a server out of reach does.
        let isSent = try (!sendAsJSON || logs.values.allSatisfy(\.isFinite)) && send(Self.json(epoch, logs))
        if !isSent { Console.warn("Could not reach RemoteMonitor root server at \(root)") }
    }

    private func send(_ json: String) throws -> Bool {
        var command = ["curl", "--silent", "--max-time", "10", "--output", "/dev/null"]
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { command += ["--header", "\(name): \(value)"] }
        command +=
            sendAsJSON
            ? ["--header", "Content-Type: application/json", "--data-raw", json]
            : ["--data-urlencode", "\(field)=\(json)"]
        guard let status = try ChildProcess.exitStatus(of: command + ["--url", root + path]) else {
            throw IbexError(
                .file, at: "RemoteMonitor", found: "no curl on this machine", expected: "curl to send with",
                remedy: "Install curl.")
        }
        return status == 0
    }

    /// As Python's `json.dumps` writes it.
    static func json(_ epoch: Int, _ logs: Logs) -> String {
        let values = logs.map { "\"\(escaped($0.name))\": \(number($0.value))" }
        return "{" + (["\"epoch\": \(epoch)"] + values).joined(separator: ", ") + "}"
    }

    private static func number(_ value: Double) -> String {
        value.isNaN ? "NaN" : value.isFinite ? NumberText.shortest(value) : value < 0 ? "-Infinity" : "Infinity"
    }

    private static func escaped(_ name: String) -> String {
        name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
