import ArgumentParser
import Foundation
import Ibex

/// `bench`: trains the reference workloads on several devices and prints one table.
@main
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Train the reference workloads on several devices, side by side.",
        discussion: """
            Each pair of workload and device runs in a process of its own, so that its memory and its start-up time \
            are its own. The workloads train on MNIST: from --data, else from IBEX_DATA_DIR, Ibex's cache or Keras's. \
            Without it, two workloads of the bench's own train on the UCI digits that travel with Ibex.
            """,
        version: ibexVersion)

    @Option(help: "Workloads, separated by commas (default: all that the data allows; --list names them).")
    var models: NameList?

    @Option(
        help:
            "Devices, separated by commas; `ibex devices` lists them (default: cpu,opencl; with --profile and --kernels opencl)."
    )
    var devices: NameList?

    @Option(help: "Epochs of every workload (default: each its own).")
    var epochs: Int?

    @Option(help: "Batch size of every workload (default: each its own).")
    var batchSize: Int?

    @Option(help: "Training images of every workload, at most (default: each its own).")
    var samples: Int?

    @Option(help: "The folder of MNIST's four files, gzipped or not.")
    var data: String?

    @Option(help: "The seed of initial weights, order and dropout.")
    var seed: UInt64 = 42

    @Option(help: "A file to write one line of JSON per run to; what it holds is lost.")
    var json: String?

    @Flag(help: "Fetch MNIST into Ibex's cache where no folder has it (about 11 MB).")
    var download = false

    @Flag(help: "Train 50 steps of each workload on an OpenCL device and print what each kernel costs.")
    var profile = false

    @Option(
        help: ArgumentHelp(
            "With --profile, of one workload on one device: a file for the trace, which ui.perfetto.dev opens.",
            valueName: "FILE"))
    var trace: String?

    @Flag(
        help: "Measure each kernel family on shapes of known networks, beside OpenBLAS and a copy, and train nothing.")
    var kernels = false

    @Flag(help: "Write and read a model of 512 MiB in each format, beside pwrite and pread, and train nothing.")
    var files = false

    @Flag(
        help:
            "Train nine pairs of epochs of mlp-784, or --models, with callbacks, bar and TensorBoard and without; print the ratio."
    )
    var callbacks = false

    @Option(
        help:
            "With --kernels: words, separated by commas, one of which a case's family or name holds; with --files: endings."
    )
    var filter: NameList?

    @Option(
        help:
            "A folder to write OpenCL sources to: all that a GPU would be given for the workloads and the kernel cases, a file per family; trains nothing."
    )
    var sources: String?

    @Flag(help: "List the workloads and the devices, and train nothing.")
    var list = false

    @Flag(help: .hidden) var child = false
    @Option(help: .hidden) var startedAt = 0.0
    @Option(help: .hidden) var fileStep: String?

    func validate() throws {
        for (name, value) in [("--epochs", epochs), ("--batch-size", batchSize), ("--samples", samples)] {
            if let value, value < 1 {
                throw ValidationError("\(name): found \(value); expected a whole number above 0.")
            }
        }
        guard trace == nil || profile else {
            throw ValidationError("--trace: found it alone; expected --profile beside it.")
        }
        for device in chosenDevices { _ = try DeviceSpecification(device, source: "--devices") }
        for model in models?.names ?? [] { _ = try Workload.named(model) }
    }

    func run() throws {
        if list { return printList() }
        if child { return try runChild() }
        if profile { return try printProfiles() }
        if kernels { return try measureKernels() }
        if files {
            return print(try FileBench(devices: chosenDevices, formats: filter?.names ?? FileBench.formats).run(note))
        }
        if let fileStep { return try runFileStep(fileStep) }
        if callbacks { return try measureCallbacks() }
        if let sources { return try writeSources(to: sources) }
        try compare()
    }

    var chosenDevices: [String] { devices?.names ?? (profile || kernels ? ["opencl"] : ["cpu", "opencl"]) }

    private func measureKernels() throws {
        let cases = KernelCase.matching(filter?.names ?? [])
        guard !cases.isEmpty else {
            throw ValidationError(
                "--filter: found no case; the families are "
                    + KernelFamily.allCases.map(\.rawValue).joined(separator: ", ") + ".")
        }
        let output = try json.map { try JSONLines(path: $0) }
        for name in chosenDevices {
            let bench = try KernelBench(on: Device.named(name))
            print(bench.limits)
            // The machine's rate changes within minutes: each case is measured in several of them.
            let passes = try (1...KernelBench.passes).map { pass in
                try cases.map { one in
                    note("\(one.family.rawValue): \(one.name) ... \(pass) of \(KernelBench.passes)")
                    return try bench.measure(one)
                }
            }
            let records = cases.indices.map { index in KernelRecord(medianOf: passes.map { $0[index] }) }
            for record in records { try output?.append(record.line()) }
            let table = KernelTable(records: records)
            print(table.cases + "\n\n" + table.summary + "\n")
        }
    }

    private func printProfiles() throws {
        let (workloads, folder) = try choose()
        let count = workloads.count * chosenDevices.count
        guard trace == nil || count == 1 else {
            throw ValidationError("--trace: found \(count) profiles; expected one, chosen by --models and --devices.")
        }
        for workload in workloads {
            for device in chosenDevices {
                let batch = batchSize ?? workload.batchSize
                let run = WorkloadRun(
                    workload: workload, device: device, seed: seed, epochs: 1, batchSize: batch,
                    samples: samples ?? batch * 50, mnist: folder, startedAt: 0)
                let profile = try StepProfile(run)
                print(profile.text + "\n")
                if let trace { try AtomicFile.write(Array(profile.profile.trace.utf8), to: trace) }
            }
        }
    }

    private func measureCallbacks() throws {
        for workload in try models?.names.map({ try Workload.named($0) }) ?? [Workload.named("mlp-784")] {
            for device in chosenDevices {
                let run = WorkloadRun(
                    workload: workload, device: device, seed: seed, epochs: 1,
                    batchSize: batchSize ?? workload.batchSize, samples: samples, mnist: nil, startedAt: 0)
                print(try CallbackCost(run).text)
            }
        }
    }

    private func writeSources(to folder: String) throws {
        let (workloads, mnist) = try choose()
        let runs = workloads.map {
            WorkloadRun(
                workload: $0, device: "opencl", seed: seed, epochs: 1, batchSize: $0.batchSize,
                samples: $0.batchSize * 2, mnist: mnist, startedAt: 0)
        }
        let sources = try KernelSources(runs, KernelCase.matching(filter?.names ?? []))
        try sources.write(to: folder)
        print("\(sources.kernelCount) kernels in \(folder)")
    }

    private func runChild() throws {
        let workload = try Workload.named(models?.names.first ?? "")
        let run = WorkloadRun(
            workload: workload, device: chosenDevices[0], seed: seed, epochs: epochs ?? workload.epochs,
            batchSize: batchSize ?? workload.batchSize, samples: samples, mnist: data, startedAt: startedAt)
        print(try run.measure().line())
    }

    private func runFileStep(_ text: String) throws {
        let parts = text.split(separator: ":", maxSplits: 2).map(String.init)
        guard parts.count == 3, let step = FileStep(rawValue: parts[0]), let layers = Int(parts[1]) else {
            throw ValidationError("--file-step: found \(text); expected a step, a number of layers and a path.")
        }
        try withDevice(chosenDevices[0]) { try step.run(parts[2], layers: layers) }
    }

    private func compare() throws {
        for device in chosenDevices { _ = try Device.named(device) }
        let (workloads, folder) = try choose()
        let output = try json.map { try JSONLines(path: $0) }
        var runs: [ResultTable.Run] = []
        var failures: [String] = []
        for workload in workloads {
            for device in chosenDevices {
                note("\(workload.name) on \(device) ...")
                do {
                    let record = try ChildRun(
                        workload: workload.name, device: device, options: childOptions(folder)
                    ).run()
                    runs.append(ResultTable.Run(record: record, images: min(samples ?? .max, workload.rows)))
                    try output?.append(record.line())
                } catch let failure as ChildRun.Failure {
                    failures.append(failure.description)
                }
            }
        }
        if !runs.isEmpty { print(ResultTable(runs).text) }
        guard failures.isEmpty else {
            for failure in failures { note(failure) }
            throw ExitCode.failure
        }
    }

    /// The workloads to run and the folder of MNIST, where they need it.
    private func choose() throws -> ([Workload], folder: String?) {
        let asked = try models?.names.map { try Workload.named($0) }
        if asked?.allSatisfy({ $0.data == .digits }) == true { return (asked ?? [], nil) }
        if let folder = try folderOfMNIST() {
            return (asked ?? Workload.all.filter { $0.data == .mnist }, folder)
        }
        guard asked == nil else {
            throw ValidationError(
                "MNIST is in none of the known folders. Name its folder with --data or IBEX_DATA_DIR, fetch it with "
                    + "--download, or choose digits-mlp or digits-cnn, whose data travels with Ibex.")
        }
        note("No MNIST was found (--download fetches it): training two small models on the UCI digits of Ibex's own.")
        return (Workload.all.filter { $0.data == .digits }, nil)
    }

    private func folderOfMNIST() throws -> String? {
        guard let data else { return try MNIST.folder() ?? (download ? MNIST.fetch() : nil) }
        guard let folder = MNIST.folder(among: [data, data + "/mnist"]) else {
            throw IbexError(
                .file, at: "--data", found: "\(data), which holds no file of MNIST",
                expected: "its four files, gzipped or not")
        }
        return folder
    }

    private func childOptions(_ folder: String?) -> [String] {
        var options = ["--seed", "\(seed)"]
        for (name, value) in [("--epochs", epochs), ("--batch-size", batchSize), ("--samples", samples)] {
            if let value { options += [name, "\(value)"] }
        }
        if let folder { options += ["--data", folder] }
        return options
    }

    private func printList() {
        print("Workloads")
        for workload in Workload.all { print("  " + workload.description) }
        print("Devices")
        for device in Device.all { print("  \(device)") }
    }

    private func note(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}

/// Names separated by commas.
struct NameList: ExpressibleByArgument, CustomStringConvertible {
    let names: [String]

    init(_ names: [String]) { self.names = names }

    init?(argument: String) {
        names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        if names.contains("") { return nil }
    }

    var defaultValueDescription: String { description }
    var description: String { names.joined(separator: ",") }
}

/// A file of one JSON value per line; it is emptied first and grows run by run.
struct JSONLines {
    private let file: FileHandle

    init(path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
        else {
            throw IbexError(
                .file, at: "--json", found: "\(path), which cannot be written", expected: "a path to write to")
        }
        self.file = file
    }

    func append(_ line: String) throws { try file.write(contentsOf: Data((line + "\n").utf8)) }
}
