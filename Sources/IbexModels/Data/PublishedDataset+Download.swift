import FoundationEssentials
import Glibc
import IbexArrays
import IbexGraph

extension PublishedDataset {
    /// Fetches every file that a folder lacks, checks it and puts it there.
    ///
    /// A child process does the fetching, `curl` or else `wget`, so that no program pays for a network library that it
    /// may never use. A file arrives under a temporary name and is renamed once its digest is right: the folder never
    /// holds half a file.
    ///
    /// - Throws: `IbexError` of kind `file` where the folder cannot be made, neither program is there, no mirror
    ///   answers, or what came is not the file.
    func download(to folder: String, using programs: [FetchProgram] = FetchProgram.allCases) throws {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw IbexError(
                .file, at: folder, found: "a folder that cannot be made (\(error))",
                expected: "a folder to keep \(name) in",
                remedy: "Set IBEX_CACHE_DIR to a folder that can be written to.")
        }
        for file in files where file.path(in: folder) == nil {
            try fetch(file, to: folder, using: programs)
        }
    }

    private func fetch(_ file: DatasetFile, to folder: String, using programs: [FetchProgram]) throws {
        try AtomicFile.write(to: "\(folder)/\(file.publishedName)") { temporary in
            var reasons: [String] = []
            for mirror in mirrors {
                let address = "\(mirror)/\(file.publishedName)"
                guard let reason = try Self.fetch(address, to: temporary, using: programs) else {
                    return try file.check(at: temporary, isPublished: true)
                }
                reasons.append("\(address): \(reason)")
            }
            throw IbexError(
                .file, at: name, found: "no answer (" + reasons.joined(separator: "; ") + ")",
                expected: "\(file.publishedName) from one of its mirrors",
                remedy: "Fetch the files by other means and set IBEX_DATA_DIR to their folder.")
        }
    }

    /// Fetches one address to a file; returns what went wrong, `nil` when nothing did.
    private static func fetch(
        _ address: String, to path: String, using programs: [FetchProgram]
    ) throws -> String? {
        let line = Array("Downloading \(address)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
        for program in programs {
            let command = program.command(fetching: address, to: path, showsProgress: isatty(STDERR_FILENO) == 1)
            switch try ChildProcess.exitStatus(of: command) {
            case nil: continue
            case 0: return nil
            case let status?: return "\(program.rawValue) ended with status \(status)"
            }
        }
        throw IbexError(
            .file, at: address, found: "neither curl nor wget on this machine",
            expected: "one of them to download with",
            remedy: "Install curl, or fetch the files by other means and set IBEX_DATA_DIR to their folder.")
    }
}

/// A program that fetches an address; it draws the progress line itself, where somebody can see it.
enum FetchProgram: String, CaseIterable {
    case curl, wget

    func command(fetching address: String, to path: String, showsProgress: Bool) -> [String] {
        switch self {
        case .curl:
            [rawValue, "--fail", "--location", "--connect-timeout", "20", "--speed-limit", "1", "--speed-time", "60"]
                + (showsProgress ? ["--progress-bar"] : ["--silent", "--show-error"]) + ["--output", path, address]
        case .wget:
            [rawValue, "--timeout=60", "--tries=2", "--quiet"] + (showsProgress ? ["--show-progress"] : [])
                + ["--output-document", path, address]
        }
    }
}
