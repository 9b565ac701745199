import IbexGraph
import IbexModels
import SwiftProtobuf

/// Something that is chosen before a training, and the values that are tried: a column of TensorBoard's table.
///
///     HyperParameter("optimizer", .values(["adam", "sgd"]))
public struct HyperParameter: Sendable {
    public var name: String
    public var domain: Domain?
    public var displayName: String
    public var description: String

    /// The values that are tried.
    public enum Domain: Sendable {
        /// These alone: truth values, numbers or strings, all of one type.
        case values([ConfigValue])
        /// All numbers between two.
        case interval(ClosedRange<Double>)
    }

    /// - Parameters:
    ///   - domain: without one TensorBoard looks at the values that were written.
    ///   - displayName: the head of the column, `name` where none is given.
    ///   - description: Markdown, shown where the mouse rests.
    public init(_ name: String, _ domain: Domain? = nil, displayName: String = "", description: String = "") {
        self.name = name
        self.domain = domain
        self.displayName = displayName
        self.description = description
    }

    func info() throws -> ProtoHParamInfo {
        var info = ProtoHParamInfo()
        info.name = name
        info.displayName = displayName
        info.description_p = description
        switch domain {
        case .interval(let range):
            info.type = .number
            info.domainInterval = .with {
                $0.minValue = range.lowerBound
                $0.maxValue = range.upperBound
            }
        case .values(let values):
            info.type = try type(of: values)
            info.domainDiscrete.values = try values.map { try Google_Protobuf_Value($0, of: name) }
        case nil: break
        }
        return info
    }

    private func type(of values: [ConfigValue]) throws -> ProtoHParamType {
        let types = Set(values.map { $0.bool != nil ? ProtoHParamType.bool : $0.string != nil ? .text : .number })
        guard types.count == 1, let type = types.first else {
            throw IbexError(
                .argument, at: "hyper-parameter \"\(name)\"", found: "the values \(values)",
                expected: "at least one, all truth values, all numbers or all strings")
        }
        return type
    }
}

/// A scalar that trainings are judged by: a column of TensorBoard's table.
public struct HyperParameterMetric: Sendable {
    public var tag: String
    public var group: String
    public var displayName: String
    public var description: String

    /// - Parameters:
    ///   - tag: the scalar's name, such as `epoch_loss`.
    ///   - group: its folder below that of the training, such as `validation`; none where it lies there itself.
    public init(_ tag: String, group: String = "", displayName: String = "", description: String = "") {
        self.tag = tag
        self.group = group
        self.displayName = displayName
        self.description = description
    }

    var info: ProtoMetricInfo {
        .with {
            $0.name.tag = tag
            $0.name.group = group
            $0.displayName = displayName
            $0.description_p = description
        }
    }
}

extension Google_Protobuf_Value {
    /// - Throws: `IbexError` of kind `argument` for what is no truth value, number or string.
    init(_ value: ConfigValue, of name: String) throws {
        switch value {
        case .bool(let flag): self.init(boolValue: flag)
        case .int(let number): self.init(numberValue: Double(number))
        case .double(let number) where number.isFinite: self.init(numberValue: number)
        case .string(let text): self.init(stringValue: text)
        default:
            throw IbexError(
                .argument, at: "hyper-parameter \"\(name)\"", found: "the value \(value)",
                expected: "a truth value, a finite number or a string")
        }
    }
}
