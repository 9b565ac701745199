import FoundationEssentials
import IbexArrays
import IbexGraph
import IbexModels
import IbexRuntime

/// Which batches of a training are measured kernel by kernel, counted from 1 since the `fit` began.
///
///     TensorBoard(profileBatch: 3)
///     TensorBoard(profileBatch: .batches(10...20))
public enum ProfileBatches: Sendable, Hashable, ExpressibleByIntegerLiteral {
    case none
    case batches(ClosedRange<Int>)

    /// One batch; 0 for none, as in Keras.
    public init(integerLiteral value: Int) { self = value == 0 ? .none : .batches(value...value) }

    var range: ClosedRange<Int>? { if case .batches(let range) = self { range } else { nil } }
}

/// Keras lets TensorFlow's profiler write what TensorBoard's profile plug-in alone can read. Here a text, which TensorBoard
/// shows by itself, holds the tables of `Profile`: the time of each layer and each kernel. Where that profiler puts its
/// files lies the trace of steps and kernels, which ui.perfetto.dev opens; the plug-in does not show it.
extension TensorBoard {
    /// Begins to measure where the first of the batches is next.
    func beginProfile() throws {
        guard let model, profileBatch.range?.lowerBound == batches + 1 else { return }
        model.profiling = try ProfileRecording(on: model.device)
    }

    /// Writes what was measured since.
    func endProfile() throws {
        guard let model, let recording = model.profiling else { return }
        model.profiling = nil
        let profile = Profile(recording)
        // Markdown shows lines that are indented as they are.
        let lines = profile.description.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }
        try writer(.train).text("profile/batch_\(batches)", lines.joined(separator: "\n"), step: batches)
        let time = String(Date().formatted(.iso8601).dropLast().map { $0.isNumber ? $0 : Character("_") })
        let folder = "\(logDir)/plugins/profile/\(time)"
        try EventFile.makeFolder(folder)
        try AtomicFile.write(Array(profile.trace.utf8), to: "\(folder)/\(EventFile.host).trace.json")
    }
}
