import Foundation
import SwiftProtobuf

@testable import IbexTensorBoard

/// The events of a file, read back.
struct EventRecords {
    let events: [ProtoEvent]

    struct Damaged: Error {}

    init(_ bytes: [UInt8]) throws {
        var (events, rest) = ([ProtoEvent](), bytes[...])
        func take(_ count: Int) throws -> [UInt8] {
            guard rest.count >= count else { throw Damaged() }
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
        func number(_ bytes: [UInt8]) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
        while !rest.isEmpty {
            let length = try take(8)
            guard number(try take(4)) == UInt64(MaskedCRC32C.checksum(length)) else { throw Damaged() }
            let content = try take(Int(number(length)))
            guard number(try take(4)) == UInt64(MaskedCRC32C.checksum(content)) else { throw Damaged() }
            events.append(try ProtoEvent(serializedBytes: content))
        }
        self.events = events
    }

    /// The only event file of a folder.
    init(folder: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        let files = names.filter { $0.hasPrefix("events.out.tfevents.") }
        guard files.count == 1 else { throw Damaged() }
        try self.init([UInt8](Data(contentsOf: URL(filePath: "\(folder)/\(files[0])"))))
    }

    /// All values with their steps.
    var values: [(step: Int, value: ProtoSummaryValue)] {
        events.flatMap { event in event.summary.value.map { (Int(event.step), $0) } }
    }

    /// `tag step` of each value.
    var points: [String] { values.map { "\($0.value.tag) \($0.step)" } }

    /// The numbers of a tag's scalars.
    func scalars(_ tag: String) -> [Float] {
        values.filter { $0.value.tag == tag }.flatMap(\.value.tensor.floatVal)
    }

    func first(_ tag: String) -> ProtoSummaryValue? { values.first { $0.value.tag == tag }?.value }
}
