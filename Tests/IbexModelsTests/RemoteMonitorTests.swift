import Foundation
import IbexGraph
import IbexModels
import IbexTestSupport
import Testing

/// A server hears from `RemoteMonitor` what it hears from Keras's.
@Suite struct RemoteMonitorTests {
    @Test func sendsAsKeras() async throws {
        for given in try OracleCallbacks.entries("posts") {
            let arguments = given["arguments"] ?? .null
            let wanted = try #require(given["heard"]?.array)
            let server = try LocalServer()
            let thread = wanted.isEmpty ? nil : Thread { server.hearOne() }
            thread?.start()
            let monitor = RemoteMonitor(
                root: "http://127.0.0.1:\(server.port)", path: arguments["path"]?.string ?? "/publish/epoch/end/",
                field: arguments["field"]?.string ?? "data",
                headers: arguments["headers"]?.object?.compactMapValues(\.string) ?? [:],
                sendAsJSON: arguments["send_as_json"]?.bool ?? false)
            var logs = Logs()
            for name in ["loss", "val_loss", "accuracy", "a & b=c \"d\""] {
                logs[name] = given["logs"]?[name]?.anyDouble
            }
            let listener = Listener()
            try listener.listen { try monitor.onEpochEnd(try #require(given["epoch"]?.int), &logs) }
            #expect(listener.warnings.count == given["warned"]?.int)
            for want in wanted {
                while thread?.isFinished == false { try await Task.sleep(for: .milliseconds(2)) }
                let parts = try #require(server.heard.first).split(separator: "\r\n\r\n", maxSplits: 1)
                let head = parts[0].split(separator: "\r\n").map(String.init)
                #expect(head.first == "POST \(want["path"]?.string ?? "") HTTP/1.1")
                #expect(head.contains("Content-Type: \(want["type"]?.string ?? "")"))
                if let mark = want["mark"]?.string { #expect(head.contains("X-Mark: \(mark)")) }
                if let json = want["body"]?.string {
                    #expect(parts[1] == json)
                } else {
                    let field = try #require(want["body"]?.array?.first?.array).compactMap(\.string)
                    let sent = parts[1].split(separator: "=", maxSplits: 1).map {
                        $0.replacing("+", with: " ").removingPercentEncoding
                    }
                    #expect(sent == field)
                }
            }
        }
    }

    @Test func unreachableServerIsWarnedOf() throws {
        let listener = Listener()
        var logs: Logs = ["loss": 1]
        try listener.listen { try RemoteMonitor(root: "http://127.0.0.1:1").onEpochEnd(0, &logs) }
        #expect(listener.warnings == ["Could not reach RemoteMonitor root server at http://127.0.0.1:1"])
    }
}
