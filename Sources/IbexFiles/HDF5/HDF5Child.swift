import CIbexHDF5File
import Glibc
import IbexGraph

/// What libhdf5 says in a child process, and what becomes of a child that dies.
enum HDF5Child {
    /// Lets a child write `capacity` bytes at most, then gives what it wrote to a function.
    ///
    /// - Throws: `IbexError` of kind `file` where the child refuses the file, dies, or takes too much.
    static func answer<Result>(
        of source: HDF5Source, capacity: Int, while task: String, limits: ibex_h5_limits,
        _ call: (ibex_h5_section, ibex_h5_limits, UnsafeMutablePointer<ibex_h5_answer>, Int) -> ibex_h5_end,
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        guard let answer = ibex_h5_share(capacity) else {
            throw IbexError(
                .memory, at: source.path, found: "no \(capacity) bytes to read \(task)", expected: "free memory")
        }
        defer { ibex_h5_unshare(answer, capacity) }
        let end = call(source.section, limits, answer, capacity)
        if let failure = failure(end, of: source, while: task, limits: limits) { throw failure }
        let payload = UnsafeRawBufferPointer(
            start: UnsafeRawPointer(answer) + MemoryLayout<ibex_h5_answer>.size,
            count: Int(min(answer.pointee.length, UInt64(capacity))))
        switch answer.pointee.state {
        case IBEX_H5_COMPLETE.rawValue: return try body(payload)
        case IBEX_H5_REFUSED.rawValue:
            throw damaged(source, found: String(decoding: payload, as: UTF8.self))
        default: throw damaged(source, found: "that libhdf5 gave no answer while reading \(task)")
        }
    }

    private static func failure(
        _ end: ibex_h5_end, of source: HDF5Source, while task: String, limits: ibex_h5_limits
    ) -> IbexError? {
        switch end.how {
        case IBEX_H5_SIGNALLED:
            damaged(source, found: "that libhdf5 ended by signal \(end.code) while reading \(task)")
        case IBEX_H5_OUT_OF_PROCESSOR_TIME:
            damaged(
                source, found: "that libhdf5 took more than \(limits.processorSeconds) seconds to read \(task)")
        case IBEX_H5_OUT_OF_TIME:
            IbexError(
                .file, at: source.path, found: "no answer within \(limits.seconds) seconds while reading \(task)",
                expected: "a disk that answers")
        case IBEX_H5_NO_CHILD:
            IbexError(
                .memory, at: source.path, found: String(cString: strerror(end.code)),
                expected: "a process to read \(task) in")
        default: nil
        }
    }

    static func damaged(_ source: HDF5Source, found: String) -> IbexError {
        IbexError(
            .file, at: source.path, found: found, expected: "an HDF5 file as Keras writes it",
            remedy: "The file is damaged, or of another make.")
    }
}
