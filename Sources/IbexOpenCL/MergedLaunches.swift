import IbexGraph

/// A program's launches for a CPU device: runs of one work-item each made one launch, kernels made callers of functions.
///
/// A launch costs a CPU device some microseconds, most of them for threads that wake, find nothing to do and sleep again:
/// more than a small network's kernels take. Where neighbours in a program have one work-item each, a kernel that calls
/// theirs in turn does the same in one launch. Kernels that stand alone are called too, since that is compiled sooner
/// (`OpenCLRecorder.Launch.calling`).
struct MergedLaunches {
    private(set) var launches: [OpenCLRecorder.Launch] = []
    private var run: [OpenCLRecorder.Launch] = []
    private var arguments: Set<KernelArgument> = []

    /// The bytes that every device takes as arguments, with some to spare for alignment.
    private static let mostBytes = 960
    /// Compilers take long over long functions.
    private static let mostParts = 12

    init(_ recorded: [OpenCLRecorder.Launch]) {
        for launch in recorded {
            guard Self.canJoin(launch) else {
                close()
                launches.append(launch.isCallable ? .calling([launch]) : launch)
                continue
            }
            let joined = arguments.union(launch.arguments)
            if joined.count * 8 > Self.mostBytes || run.count == Self.mostParts { close() }
            run.append(launch)
            arguments.formUnion(launch.arguments)
        }
        close()
    }

    /// Whether a launch has one work-item, and no argument of a type of its own.
    private static func canJoin(_ launch: OpenCLRecorder.Launch) -> Bool {
        launch.isCallable && launch.global == LaunchSize(1) && !launch.arguments.contains(where: \.isStructure)
    }

    private mutating func close() {
        if !run.isEmpty { launches.append(.calling(run)) }
        run = []
        arguments = []
    }
}
