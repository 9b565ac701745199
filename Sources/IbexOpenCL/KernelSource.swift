import CIbexKernels
import IbexGraph

/// The source of one kernel: a template of `Kernels/`, or generated text, with its macros filled in.
///
/// The text writes the kernel's name as `NAME`; the name itself is made from the text, so equal sources share one
/// kernel however often they are asked for.
package struct KernelSource: Hashable, Sendable {
    /// Everything but the line that defines `NAME`.
    package let text: String
    /// The kernel's name: the same for the same text in every process.
    package let name: String
    /// The template it was made of, or `generated`.
    package let origin: String

    /// A template of `Kernels/`, `matmul_cpu` for `matmul_cpu.cl`, with macros defined before it and removed after.
    ///
    /// - Parameters:
    ///   - template: its name; two names joined by `+` stand one behind the other.
    ///   - before: functions that the macros call.
    package init(template: String, macros: some Sequence<(key: String, value: String)>, before: String = "") {
        self.init(KernelTemplate(template, macros: macros, before: before).before(""), origin: template)
    }

    /// Generated text that writes the kernel's name as `NAME`.
    package init(_ text: String, origin: String = "generated") {
        self.text = text
        self.origin = origin
        let digest = stableHash(text.utf8)
        name = "k" + String(digest, radix: 36)
    }

    /// The text as it stands in a program.
    package var named: String { "#define NAME \(name)\n\(text)#undef NAME\n" }

    package static func == (a: KernelSource, b: KernelSource) -> Bool { a.name == b.name && a.text == b.text }
    package func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// What stands at the head of every program: the prelude and the functions of the elementwise table.
    package static let prelude = template("prelude") + template("float_math")

    /// - Precondition: there is such a file in `Kernels/`.
    package static func template(_ name: String) -> String {
        guard let text = templates[name] else { preconditionFailure("no kernel file \(name).cl is embedded") }
        return text
    }

    /// Every embedded kernel file by its name without `.cl`.
    package static let templates: [String: String] = {
        var templates: [String: String] = [:]
        for index in 0..<Int(ibex_kernel_file_count()) {
            let file = ibex_kernel_file(Int32(index))
            let bytes = UnsafeRawBufferPointer(start: file.text, count: Int(file.length))
            templates[String(cString: file.name)] = String(decoding: bytes, as: UTF8.self)
        }
        return templates
    }()
}

/// A template of `Kernels/` and its macros, as text that other text may stand behind.
struct KernelTemplate {
    private let head, removals: String

    /// - Parameters: as `KernelSource(template:macros:before:)` has them.
    init(_ template: String, macros: some Sequence<(key: String, value: String)>, before: String = "") {
        var (definitions, removals) = ("", "")
        for (macro, value) in macros {
            definitions += "#define \(macro) \(value)\n"
            removals += "#undef \(macro.prefix { $0 != "(" })\n"
        }
        head = definitions + before + template.split(separator: "+").map { KernelSource.template(String($0)) }.joined()
        self.removals = removals
    }

    /// The template, `text` behind it, and the end of its macros.
    func before(_ text: String) -> String { head + text + removals }
}

/// FNV-1a, 64 bits: a hash that is the same in every process.
func stableHash(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
}
