import CIbexFuzz
import Foundation
import IbexGraph
import IbexSoak
import IbexTestSupport

/// `fuzz FORMAT CORPUS [options of libFuzzer]`: libFuzzer changes files and follows which lines of a reader they reach.
///
/// The corpus begins with the format's samples. With a file in the corpus's place that file alone is read.
@main
enum Fuzz {
    private static let format = Soak.formats.first { $0.name == CommandLine.arguments.dropFirst().first }
    private static let scratch = Result { try Scratch() }

    static func main() throws {
        guard let format, CommandLine.arguments.count > 2 else {
            throw IbexError(
                .argument, at: "fuzz", found: "\(CommandLine.arguments.dropFirst())",
                expected: "a corpus folder, and before it one of \(Soak.formats.map(\.name).joined(separator: ", "))")
        }
        try fill(CommandLine.arguments[2], with: format.samples)
        let arguments = [CommandLine.arguments[0]] + CommandLine.arguments[2...]
        var count = Int32(arguments.count)
        let texts = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: arguments.count + 1)
        texts.initialize(repeating: nil, count: arguments.count + 1)
        for (index, argument) in arguments.enumerated() { texts[index] = strdup(argument) }
        var start: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = texts
        exit(LLVMFuzzerRunDriver(&count, &start) { bytes, size in openOne(bytes, size) })
    }

    /// Whatever a reader says but an `IbexError` is a crash to libFuzzer.
    fileprivate static func open(_ bytes: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
        do {
            try format?.open(scratch.get().write(Array(UnsafeBufferPointer(start: bytes, count: size)), to: "input"))
        } catch is IbexError {
            return 0
        } catch {
            abort()
        }
        return 0
    }

    private static func fill(_ corpus: String, with samples: [[UInt8]]) throws {
        let files = FileManager.default
        var isFolder: ObjCBool = true
        if files.fileExists(atPath: corpus, isDirectory: &isFolder), !isFolder.boolValue { return }
        try files.createDirectory(atPath: corpus, withIntermediateDirectories: true)
        guard try files.contentsOfDirectory(atPath: corpus).isEmpty else { return }
        for (number, sample) in samples.enumerated() {
            try Data(sample).write(to: URL(filePath: "\(corpus)/sample\(number)"))
        }
    }
}

/// libFuzzer's own main function, which is linked but not used, wants it by this name.
@_cdecl("LLVMFuzzerTestOneInput")
func openOne(_ bytes: UnsafePointer<UInt8>?, _ size: Int) -> Int32 { Fuzz.open(bytes, size) }
