import FoundationEssentials
import Glibc
import IbexGraph

/// A program run to its end, found in `PATH`; it shares our standard streams.
enum ChildProcess {
    /// The exit status, 128 and the signal's number for a program that a signal ended; `nil` where there is no such
    /// program.
    static func exitStatus(of arguments: [String]) throws -> Int32? {
        let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
        var child: pid_t = 0
        let failure = withCStrings(arguments) { argv in
            withCStrings(environment) { envp in posix_spawnp(&child, argv[0]!, nil, nil, argv, envp) }
        }
        if failure == ENOENT { return nil }
        guard failure == 0 else {
            throw IbexError(
                .file, at: arguments[0], found: String(cString: strerror(failure)),
                expected: "a program that can be started")
        }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else {
                throw IbexError(
                    .file, at: arguments[0], found: String(cString: strerror(errno)), expected: "its exit status")
            }
        }
        let signal = status & 0x7f
        return signal == 0 ? status >> 8 & 0xff : 128 + signal
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        let pointers = strings.map { strdup($0) }
        defer { pointers.forEach { free($0) } }
        return body(pointers + [nil])
    }
}
