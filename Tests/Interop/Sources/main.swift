import Foundation
import Ibex
import IbexFiles
import IbexModels
import IbexRuntime

// Saves models in every format, each with what it predicts, for `check.py` to open them in Keras, and event files for
// `check_board.py` to open them in TensorBoard.
// Usage: interop FOLDER ORACLE BOARD

let arguments = CommandLine.arguments
guard arguments.count == 4 else {
    FileHandle.standardError.write(Data("usage: interop FOLDER ORACLE BOARD\n".utf8))
    exit(2)
}
let folder = URL(filePath: arguments[1])
let oracle = URL(filePath: arguments[2])
let board = URL(filePath: arguments[3])

for trial in try Trial.made() + Trial.ofOracle(oracle) {
    try trial.save(in: folder.appending(path: trial.name))
    print("\(trial.name): \(trial.model.countParams()) parameters")
}

try BoardTrial(folder: board).save()
