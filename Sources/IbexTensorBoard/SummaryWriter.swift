import FoundationEssentials
import IbexGraph
import IbexRuntime

/// Writes what TensorBoard shows, to an event file of its own in a folder.
///
///     let writer = try SummaryWriter("logs/run-1")
///     for step in 0..<100 { try writer.scalar("loss", loss(step), step: step) }
///     try writer.close()
///
/// `tensorboard --logdir logs` shows each folder with such files as a run. Records are kept until `flush`, until 64 KiB
/// of them are there, until one comes ten seconds after the first of them, and until the writer is closed or gone. A
/// writer is used by one task at a time.
///
/// Everything throws `IbexError` of kind `file` where the file cannot be written.
public final class SummaryWriter {
    /// The folder of the run.
    public let logDir: String
    private var file: EventFile?
    private let clock: () -> Double

    /// - Parameters:
    ///   - logDir: the folder, which is made where it is missing.
    ///   - filenameSuffix: the end of the file's name, which begins with `events.out.tfevents.`.
    public convenience init(_ logDir: String, filenameSuffix: String = "") throws {
        try self.init(logDir, filenameSuffix: filenameSuffix) { Date().timeIntervalSince1970 }
    }

    /// - Parameter clock: gives the time in seconds since 1970.
    init(_ logDir: String, filenameSuffix: String = "", clock: @escaping () -> Double) throws {
        self.logDir = logDir
        self.clock = clock
        file = try EventFile(in: logDir, time: clock(), suffix: filenameSuffix)
    }

    /// The path of the event file.
    public var path: String? { file?.path }

    /// A number at a step, as a point of the curve of that name.
    ///
    /// Slashes in a name make groups: `train/loss` and `train/accuracy` stand together.
    public func scalar(_ name: String, _ value: Double, step: Int) throws {
        try write(.float(Float(value)), name, step: step, plugin: "scalars", content: [])
    }

    /// A text, which TensorBoard shows as Markdown.
    public func text(_ name: String, _ text: String, step: Int) throws {
        try write(.strings([Array(text.utf8)], shape: []), name, step: step, plugin: "text", content: [])
    }

    /// Writes what was kept to the file, where TensorBoard sees it.
    public func flush() throws { try file?.flush() }

    /// Writes what was kept, and closes the file. A closed writer refuses more.
    public func close() throws {
        try flush()
        file = nil
    }

    /// - Parameter content: what the plugin of TensorBoard that is to show it asks for.
    func write(
        _ tensor: ProtoTensor, _ tag: String, step: Int, plugin: String, content: [UInt8]
    ) throws {
        guard let file else {
            throw IbexError(
                .state, at: "SummaryWriter of \(logDir)", found: "\"\(tag)\" after close()", expected: "nothing more",
                remedy: "Make another writer for the same folder.")
        }
        try file.append(
            .with { event in
                event.wallTime = time
                event.step = Int64(step)
                event.summary.value = [
                    .with {
                        $0.tag = tag
                        $0.tensor = tensor
                        $0.metadata.pluginData.pluginName = plugin
                        $0.metadata.pluginData.content = Data(content)
                    }
                ]
            })
    }

    /// Seconds since 1970.
    var time: Double { clock() }
}
