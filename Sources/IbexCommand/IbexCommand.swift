import ArgumentParser
import Ibex

/// The command `ibex`.
@main
struct IbexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ibex", abstract: "Neural networks on any OpenCL device and any CPU.",
        discussion: """
            Models are files that Keras or Ibex wrote: .keras, .h5 or .hdf5. Arrays are NumPy's .npy and .npz.
            """,
        version: ibexVersion,
        subcommands: [
            TrainCommand.self, ReportCommand.self, SummaryCommand.self, PredictCommand.self, EvaluateCommand.self,
            ConvertCommand.self, ParityCommand.self,
            DevicesCommand.self, TuneCommand.self,
        ])
}
