import CIbexOpenCL
import Glibc
import Synchronization

/// The start of a driver's compiler on a thread of its own, beside what a program does between choosing a device and
/// wanting its first kernel: reading data, say.
///
/// A CPU driver's compiler is a library in this process that takes half a second to set itself up and to read what
/// OpenCL's functions are. The smallest of programs makes it do so, once a process; a driver that has kept that program
/// takes it from there, and nothing starts.
package final class CompilerStart: Sendable {
    package static let shared = CompilerStart()

    private struct State {
        var isBegun = false
        var thread: pthread_t?
    }
    private let state = Mutex(State())
    private let isComplete = Atomic(false)

    /// Begins, where this process has not begun before, and returns at once.
    func begin(on context: OpenCLContext) {
        state.withLock { state in
            guard !state.isBegun else { return }
            state.isBegun = true
            // The compiler's own state goes when `exit` runs: a process that ends early waits.
            atexit { _ = CompilerStart.shared.wait() }
            let argument = Unmanaged.passRetained(context)
            var thread = pthread_t()
            let failed = pthread_create(
                &thread, nil,
                { argument in
                    guard let argument else { return nil }
                    let context = Unmanaged<OpenCLContext>.fromOpaque(argument).takeRetainedValue()
                    CompilerStart.shared.compile(on: context)
                    return nil
                }, argument.toOpaque())
            // Without a thread the compiler starts when it is wanted.
            guard failed == 0 else { return argument.release() }
            state.thread = thread
        }
    }

    /// Waits for the thread; whether it has had the compiler make a program.
    package func wait() -> Bool {
        state.withLock { state in
            if let thread = state.thread { pthread_join(thread, nil) }
            state.thread = nil
        }
        return isComplete.load(ordering: .acquiring)
    }

    private func compile(on context: OpenCLContext) {
        // A compiler that fails says so where a kernel is wanted.
        let program = try? OpenCLProgram.compiled("__kernel void start(void) {}", on: context)
        isComplete.store(program != nil, ordering: .releasing)
    }
}
