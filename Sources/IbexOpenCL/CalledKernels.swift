import IbexGraph

extension OpenCLRecorder.Launch {
    /// Whether the launch's kernel can be called as a function: its work-groups are of one work-item, and it declares no
    /// local memory, which only kernels may.
    var isCallable: Bool { local == LaunchSize(1) && !source.text.contains("__local") }

    /// A launch whose kernel calls those of `run` in turn, as functions that are not inlined.
    ///
    /// PoCL 3 compiles what stands in a kernel three times: as a function and in two launchers that hold it inlined. What
    /// stands in functions is compiled once, and most of the time to a first step is the compiler's. PoCL inlines all that
    /// asks for the work-item's place too: functions are given it. Memory fences keep the calls in order, as the queue did.
    /// What several calls are given alike is one argument.
    ///
    /// - Precondition: callable launches of the same size; of one work-item where they are several.
    static func calling(_ run: [OpenCLRecorder.Launch]) -> OpenCLRecorder.Launch {
        var arguments: [KernelArgument] = []
        var places: [KernelArgument: Int] = [:]
        let isOneItem = run[0].global == LaunchSize(1)
        let actuals = run.map { launch in
            let own = launch.arguments.map { argument in
                if run.count > 1, let place = places[argument] { return "p\(place)" }
                places[argument] = arguments.count
                arguments.append(argument)
                return "p\(arguments.count - 1)"
            }
            return ((isOneItem ? [] : Self.place.map(\.actual)) + own).joined(separator: ", ")
        }
        let formals = arguments.enumerated().map { "\($1.type)p\($0)" }.joined(separator: ", ")

        // Functions of one program need names of their own, and equal kernels are written once.
        let content = (run.map(\.source.name) + actuals + [formals]).joined(separator: " ")
        let mark = String(stableHash(content.utf8), radix: 36)
        var names: [KernelSource: String] = [:]
        var functions = ""
        for launch in run where names[launch.source] == nil {
            let name = "part\(names.count)_\(mark)"
            names[launch.source] = name
            functions += Self.hide("NAME", as: name) + launch.source.text + Self.show("NAME")
        }
        if !isOneItem {
            let place = Self.place.map { "const size_t \($0.formal), " }.joined()
            functions.replace("void NAME(", with: "void NAME(\(place)")
        }
        let macros = [
            ("__kernel", "static __attribute__((noinline)) WIDEST"), ("SINGLE", ""),
            ("get_global_id(axis)", isOneItem ? "((size_t)0)" : "id_##axis"),
            ("get_global_size(axis)", isOneItem ? "((size_t)1)" : "size_##axis"),
        ]
        let calls = zip(run, actuals).map { "\(names[$0.source]!)(\($1));" }
        let text =
            macros.map(Self.hide).joined() + functions + macros.reversed().map { Self.show($0.0) }.joined()
            + "__kernel SINGLE WIDEST void NAME(\(formals))\n{\n"
            + calls.joined(separator: "\nmem_fence(CLK_GLOBAL_MEM_FENCE);\n") + "\n}\n"
        let notes = run.compactMap(\.note)
        return OpenCLRecorder.Launch(
            source: KernelSource(text, origin: run.map(\.source.origin).joined(separator: ", ")),
            arguments: arguments, global: run[0].global, local: LaunchSize(1),
            note: notes.isEmpty ? nil : KernelNote(merging: notes))
    }

    /// Where a work-item stands and among how many: what a function calls it, and where a kernel has it from.
    private static let place = (0..<3).flatMap { axis in
        [("id_\(axis)", "get_global_id(\(axis))"), ("size_\(axis)", "get_global_size(\(axis))")]
            .map { (formal: $0, actual: $1) }
    }

    private static func hide(_ macro: String, as value: String) -> String {
        let name = macro.prefix { $0 != "(" }
        return "#pragma push_macro(\"\(name)\")\n#undef \(name)\n#define \(macro) \(value)\n"
    }

    private static func show(_ macro: String) -> String { "#pragma pop_macro(\"\(macro.prefix { $0 != "(" })\")\n" }
}

extension KernelArgument {
    var isStructure: Bool { if case .structure = self { true } else { false } }

    /// How a kernel that hands the argument on declares it.
    fileprivate var type: String {
        switch self {
        case .buffer, .table: "__global void *"
        case .byte: "const uchar "
        case .short: "const ushort "
        case .int: "const int "
        case .long: "const long "
        case .float: "const float "
        case .double: "const double "
        case .structure(let type, _): "const \(type) "
        }
    }
}
