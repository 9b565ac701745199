import ArgumentParser

/// The command `ibex`.
@main
struct IbexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ibex", abstract: "Neural networks on any OpenCL device and any CPU.",
        subcommands: [DevicesCommand.self, TuneCommand.self])
}
