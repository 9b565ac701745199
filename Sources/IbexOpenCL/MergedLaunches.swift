import IbexGraph

/// Runs of launches of one work-item each, made one launch.
///
/// A launch costs a CPU device some microseconds, most of them for threads that wake, find nothing to do and sleep again:
/// more than a small network's kernels take. Where neighbours in a program have one work-item each, a kernel that calls
/// them in turn does the same in one launch. Memory fences keep the calls in order, as the queue did. What several calls
/// are given alike is one argument.
struct MergedLaunches {
    /// The launches, merged where they can be.
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
                launches.append(launch)
                continue
            }
            let joined = arguments.union(launch.arguments)
            if joined.count * 8 > Self.mostBytes || run.count == Self.mostParts { close() }
            run.append(launch)
            arguments.formUnion(launch.arguments)
        }
        close()
    }

    /// Whether a launch has one work-item, no argument of a type of its own, and no local memory, which only kernels may
    /// declare.
    private static func canJoin(_ launch: OpenCLRecorder.Launch) -> Bool {
        launch.global == LaunchSize(1) && launch.local == LaunchSize(1)
            && launch.arguments.allSatisfy { $0.plainType != nil } && !launch.source.text.contains("__local")
    }

    private mutating func close() {
        if run.count > 1 { launches.append(Self.merged(run)) } else { launches += run }
        run = []
        arguments = []
    }

    private static func hide(_ macro: String, as value: String) -> String {
        "#pragma push_macro(\"\(macro)\")\n#undef \(macro)\n#define \(macro) \(value)\n"
    }

    private static func show(_ macro: String) -> String { "#pragma pop_macro(\"\(macro)\")\n" }

    private static func merged(_ run: [OpenCLRecorder.Launch]) -> OpenCLRecorder.Launch {
        var arguments: [KernelArgument] = []
        var places: [KernelArgument: Int] = [:]
        let actuals = run.map { launch in
            launch.arguments.map { argument in
                if let place = places[argument] { return "p\(place)" }
                places[argument] = arguments.count
                arguments.append(argument)
                return "p\(arguments.count - 1)"
            }.joined(separator: ", ")
        }
        let formals = arguments.enumerated().map { "\($1.plainType!)p\($0)" }.joined(separator: ", ")

        // Functions of one program need names of their own, and equal kernels are written once.
        let content = (run.map(\.source.name) + actuals + [formals]).joined(separator: " ")
        let mark = String(stableHash(content.utf8), radix: 36)
        var names: [KernelSource: String] = [:]
        var text = "#define __kernel static\n" + Self.hide("SINGLE", as: "")
        for launch in run where names[launch.source] == nil {
            let name = "part\(names.count)_\(mark)"
            names[launch.source] = name
            text += Self.hide("NAME", as: name) + launch.source.text + Self.show("NAME")
        }
        text += Self.show("SINGLE") + "#undef __kernel\n"
        let calls = zip(run, actuals).map { "\(names[$0.source]!)(\($1));" }
        text += "__kernel SINGLE WIDEST void NAME(\(formals))\n{\n"
        text += calls.joined(separator: "\nmem_fence(CLK_GLOBAL_MEM_FENCE);\n") + "\n}\n"
        return OpenCLRecorder.Launch(
            source: KernelSource(text, origin: run.map(\.source.origin).joined(separator: ", ")),
            arguments: arguments, global: LaunchSize(1), local: LaunchSize(1),
            note: KernelNote(merging: run.compactMap(\.note)))
    }
}

extension KernelArgument {
    /// How a kernel that hands the argument on declares it; `nil` for structures.
    fileprivate var plainType: String? {
        switch self {
        case .buffer, .table: "__global void *"
        case .byte: "const uchar "
        case .short: "const ushort "
        case .int: "const int "
        case .long: "const long "
        case .float: "const float "
        case .double: "const double "
        case .structure: nil
        }
    }
}
