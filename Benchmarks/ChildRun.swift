import Foundation

/// One run in a process of its own, so that its peak memory and its start-up are its own.
struct ChildRun {
    /// Why a run yielded nothing.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let workload: String
    let device: String
    /// The options that hold for every run.
    let options: [String]

    /// Runs this program again for the one pair and reads the record that it prints last.
    func run() throws -> RunRecord {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments =
            ["--child", "--models", workload, "--devices", device, "--started-at", "\(MonotonicClock.now())"] + options
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            let how = process.terminationReason == .exit ? "status" : "signal"
            throw Failure(description: "\(workload) on \(device) ended with \(how) \(process.terminationStatus)")
        }
        guard let line = String(decoding: data, as: UTF8.self).split(separator: "\n").last,
            let record = try? RunRecord(line: line)
        else { throw Failure(description: "\(workload) on \(device) printed no record") }
        return record
    }

    /// Lets `peakMemory` begin anew with what this process holds now.
    static func forgetPeakMemory() {
        try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
    }

    /// The most memory that this process has held, in MiB: VmHWM, since the figure of getrusage includes the parent's.
    static func peakMemory() -> Double {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let kibibytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }
        return (kibibytes ?? 0) / 1024
    }
}
