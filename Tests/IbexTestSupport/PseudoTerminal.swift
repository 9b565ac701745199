import Glibc
import IbexGraph

/// A terminal without a screen: what is written to one end is read from the other, and the other way round.
package final class PseudoTerminal {
    /// The end that a person sits at, and the one that a program has as its standard streams.
    private let near: Int32
    package let far: Int32
    private let path: String

    /// - Throws: `IbexError` of kind `device` where the system has no more terminals.
    package init(columns: Int, rows: Int = 24) throws {
        near = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        // What unlockpt and ptsname do: TIOCSPTLCK and TIOCGPTN.
        var (lock, number): (Int32, UInt32) = (0, 0)
        guard near >= 0, ioctl(near, 0x4004_5431, &lock) == 0, ioctl(near, 0x8004_5430, &number) == 0 else {
            throw Self.failure("/dev/ptmx")
        }
        path = "/dev/pts/\(number)"
        far = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard far >= 0 else { throw Self.failure(path) }
        resize(columns: columns, rows: rows)
    }

    deinit {
        close(near)
        close(far)
    }

    private static func failure(_ what: String) -> IbexError {
        IbexError(.device, at: what, found: String(cString: strerror(errno)), expected: "a pseudo-terminal")
    }

    package func resize(columns: Int, rows: Int = 24) {
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(near, UInt(TIOCSWINSZ), &size)
    }

    /// What was written to the far end so far; waits for something where there is nothing, at most as long as asked.
    package func read(waiting seconds: Double = 0) -> [UInt8] {
        var found: [UInt8] = []
        var wait = Int32(seconds * 1000)
        while true {
            var ready = pollfd(fd: near, events: Int16(POLLIN), revents: 0)
            guard poll(&ready, 1, wait) > 0, ready.revents & Int16(POLLIN) != 0 else { return found }
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = Glibc.read(near, &buffer, buffer.count)
            guard count > 0 else { return found }
            found += buffer.prefix(count)
            wait = 0
        }
    }

    /// Types on the keyboard: `\u{3}` is Control-C.
    package func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(near, bytes, bytes.count)
    }

    /// The settings of the terminal, as bytes that can be compared.
    package var settings: [UInt8] {
        var settings = termios()
        tcgetattr(far, &settings)
        return withUnsafeBytes(of: settings.c_iflag) { Array($0) } + withUnsafeBytes(of: settings.c_oflag) { Array($0) }
            + withUnsafeBytes(of: settings.c_cflag) { Array($0) } + withUnsafeBytes(of: settings.c_lflag) { Array($0) }
            + withUnsafeBytes(of: settings.c_cc) { Array($0) }
    }

    /// Starts a program that has this terminal as its own: its keys send it signals.
    package func launch(
        _ program: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> TerminalProgram {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The first terminal that a leader of a session opens becomes its own.
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, path, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, interrupt) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigemptyset(&interrupt)
        sigaddset(&interrupt, SIGINT)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &interrupt)
        let newSession: Int32 = 0x80  // POSIX_SPAWN_SETSID
        posix_spawnattr_setflags(&attributes, Int16(newSession | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var own: [String: String] = [:]
        for name in ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH"] {
            own[name] = getenv(name).map { String(cString: $0) }
        }
        own["TERM"] = "xterm"
        let variables = own.merging(environment) { $1 }.map { "\($0.key)=\($0.value)" }
        var child: pid_t = 0
        let failure = withCStrings([program] + arguments) { arguments in
            withCStrings(variables) { posix_spawn(&child, program, &actions, &attributes, arguments, $0) }
        }
        guard failure == 0 else {
            errno = failure
            throw Self.failure(program)
        }
        return TerminalProgram(process: child)
    }

    private func withCStrings<Result>(
        _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        let pointers = strings.map { strdup($0) }
        defer { pointers.forEach { free($0) } }
        return body(pointers + [nil])
    }
}

/// A program that runs in a pseudo-terminal.
package struct TerminalProgram {
    package let process: pid_t

    /// How a program ended.
    package enum End: Hashable {
        case exit(Int32)
        case signal(Int32)
        case running
    }

    /// How it ended, if it did within some seconds; `whileWaiting` is called about every 5 ms.
    package func end(within seconds: Double, whileWaiting: () -> Void = {}) -> End {
        let last = ContinuousClock.now + .seconds(seconds)
        repeat {
            var status: Int32 = 0
            if waitpid(process, &status, WNOHANG) == process {
                whileWaiting()
                let signal = status & 0x7F
                return signal == 0 ? .exit(status >> 8 & 0xFF) : .signal(signal)
            }
            whileWaiting()
            usleep(5000)
        } while ContinuousClock.now < last
        return .running
    }

    /// Ends it at once.
    package func kill() {
        Glibc.kill(process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }
}
