import Glibc
import IbexGraph

/// Where a file is to be written: what its path leads to, and what lies there now.
struct TargetFile {
    /// The folder and the name behind all symbolic links.
    let folder, name: String
    /// The permissions of the file that lies there; `nil` where there is none.
    let mode: mode_t?

    /// - Throws: `IbexError` of kind `file` where something other than a plain file lies there.
    init(_ path: String) throws {
        let target = try Self.followed(path)
        var status = stat()
        let exists = stat(target, &status) == 0
        guard exists || errno == ENOENT else {
            throw IbexError.system(path, expected: "a folder that can be written to")
        }
        guard !exists || status.st_mode & S_IFMT == S_IFREG else {
            throw IbexError(
                .file, at: path, found: "something that is no plain file", expected: "a plain file, or nothing yet")
        }
        let slash = target.lastIndex(of: "/")
        folder = slash.map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? "."
        name = String(slash.map { target[target.index(after: $0)...] } ?? target[...])
        mode = exists ? status.st_mode & 0o7777 : nil
    }

    var path: String { "\(folder)/\(name)" }

    /// Makes an empty file in the same folder under a name that no other file has.
    ///
    /// - Throws: `IbexError` of kind `file` where the folder does not take one.
    func makeTemporary() throws -> String {
        while true {
            let mark = String(UInt32.random(in: .min ... .max), radix: 16)
            let temporary = "\(folder)/\(temporaryPrefix)\(getpid())-\(mark).part"
            let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            if descriptor >= 0 {
                close(descriptor)
                return temporary
            }
            guard errno == EEXIST else {
                throw IbexError.system(path, expected: "a folder that a file can be written to")
            }
        }
    }

    /// Removes what processes of this machine that are no more left of this file.
    func removeLeftovers() {
        guard let entries = opendir(folder) else { return }
        defer { closedir(entries) }
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.hasPrefix(temporaryPrefix), name.contains(".part"),
                let process = pid_t(name.dropFirst(temporaryPrefix.count).prefix { $0 != "-" }),
                kill(process, 0) != 0, errno == ESRCH
            else { continue }
            unlink("\(folder)/\(name)")
        }
    }

    /// Names the machine, so that only a process of this one is looked for here.
    private var temporaryPrefix: String {
        var host = [CChar](repeating: 0, count: 65)
        gethostname(&host, 64)
        let machine = host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }.filter { $0 != UInt8(ascii: "/") }
        return ".\(Self.shortened(name[...])).\(Self.shortened(String(decoding: machine, as: UTF8.self)[...]))-"
    }

    /// A name has room for 255 bytes.
    private static func shortened(_ text: Substring) -> Substring {
        var text = text
        while text.utf8.count > 90 { text.removeLast() }
        return text
    }

    private static func followed(_ path: String) throws -> String {
        var path = path
        for _ in 0..<40 {
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
            let count = readlink(path, &buffer, buffer.count)
            guard count >= 0 else { return path }
            let next = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
            path = next.hasPrefix("/") ? next : folder + next
        }
        throw IbexError(.file, at: path, found: "a loop of symbolic links", expected: "a plain file, or nothing yet")
    }
}
