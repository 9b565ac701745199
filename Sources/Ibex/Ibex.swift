// A thin umbrella: `import Ibex` brings tensors, devices, layers, models, files and data sets.
@_exported import IbexArrays
@_exported import IbexFiles
@_exported import IbexGraph
@_exported import IbexModels
@_exported import IbexRuntime
