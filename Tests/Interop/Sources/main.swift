import Foundation
import Ibex
import IbexFiles
import IbexModels
import IbexRuntime

// Saves models in every format, each with what it predicts, for `check.py` to open them in Keras.
// Usage: interop FOLDER ORACLE

let arguments = CommandLine.arguments
guard arguments.count == 3 else {
    FileHandle.standardError.write(Data("usage: interop FOLDER ORACLE\n".utf8))
    exit(2)
}
let folder = URL(filePath: arguments[1])
let oracle = URL(filePath: arguments[2])

for trial in try Trial.made() + Trial.ofOracle(oracle) {
    try trial.save(in: folder.appending(path: trial.name))
    print("\(trial.name): \(trial.model.countParams()) parameters")
}
