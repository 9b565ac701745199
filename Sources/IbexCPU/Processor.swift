import Glibc

/// What the system says of the machine's processor.
struct Processor {
    var name = "CPU"
    var vendor = ""
    /// In bytes.
    var memory = 0

    static let current = Processor()

    private init() {
        memory = max(0, sysconf(Int32(_SC_PHYS_PAGES))) * max(0, sysconf(Int32(_SC_PAGESIZE)))
        guard let file = fopen("/proc/cpuinfo", "r") else { return }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        while getline(&line, &capacity, file) > 0, let text = line.map({ String(cString: $0) }), text != "\n" {
            let parts = text.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let value = String(parts[1].drop { $0 == " " }.prefix { $0 != "\n" })
            if parts[0].hasPrefix("model name") { name = value }
            if parts[0].hasPrefix("vendor_id") { vendor = Processor.vendors[value] ?? value }
        }
    }

    private static let vendors = ["AuthenticAMD": "AMD", "GenuineIntel": "Intel"]
}
