import FoundationEssentials
import IbexFiles
import IbexGraph
import IbexModels
import SwiftProtobuf

extension SummaryWriter {
    /// The values of hyper-parameters that the training beside this writer is given; TensorBoard's table has a row for
    /// each such folder.
    ///
    ///     try writer.hyperParameters(["units": 16, "optimizer": "adam", "dropout": 0.2])
    ///
    /// - Parameters:
    ///   - values: by name: truth values, numbers or strings.
    ///   - trial: the row's name; trainings of one name are shown as one. By default the same for the same values.
    /// - Throws: beside errors of the file, `IbexError` of kind `argument` for another value.
    public func hyperParameters(_ values: Config, trial: String? = nil) throws {
        let hparams = try values.mapValuesWithKeys { try Google_Protobuf_Value($1, of: $0) }
        let group = trial ?? SHA256.digest(of: Array(JSON.text(.object(values)).utf8))
        try write("session_start_info") {
            $0.sessionStartInfo = .with {
                $0.hparams = hparams
                $0.groupName = group
                $0.startTimeSecs = time
            }
        }
    }

    /// That the training with the hyper-parameters written before has ended.
    ///
    /// - Parameter failed: whether it ended by an error.
    public func hyperParametersEnd(failed: Bool = false) throws {
        try write("session_end_info") {
            $0.sessionEndInfo = .with {
                $0.status = failed ? .failure : .success
                $0.endTimeSecs = time
            }
        }
    }

    /// What is tried and how it is judged: the columns of TensorBoard's table. It is written once, to the folder above
    /// those of the trainings.
    ///
    ///     try SummaryWriter("logs").experiment(
    ///         [HyperParameter("units", .values([16, 32])), HyperParameter("dropout", .interval(0.1...0.4))],
    ///         metrics: [HyperParameterMetric("epoch_accuracy", group: "validation", displayName: "accuracy")])
    ///
    /// - Throws: beside errors of the file, `IbexError` of kind `argument` for values of several types in one domain.
    public func experiment(_ parameters: [HyperParameter], metrics: [HyperParameterMetric]) throws {
        let infos = try parameters.map { try $0.info() }
        try write("experiment") {
            $0.experiment = .with {
                $0.hparamInfos = infos
                $0.metricInfos = metrics.map(\.info)
                $0.timeCreatedSecs = time
            }
        }
    }

    private func write(_ name: String, _ fill: (inout ProtoHParamsPluginData) -> Void) throws {
        var data = ProtoHParamsPluginData()
        fill(&data)
        let content: [UInt8]
        do { content = try data.serializedBytes() } catch {
            throw IbexError(.file, at: path ?? logDir, found: "\(error)", expected: "hyper-parameters to write")
        }
        try write(.nothing, "_hparams_/\(name)", step: 0, plugin: "hparams", content: content)
    }
}

extension Dictionary {
    fileprivate func mapValuesWithKeys<Result>(
        _ transform: (Key, Value) throws -> Result
    ) rethrows -> [Key: Result] {
        Dictionary<Key, Result>(uniqueKeysWithValues: try map { ($0.key, try transform($0.key, $0.value)) })
    }
}
