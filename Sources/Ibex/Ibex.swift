// A thin umbrella: `import Ibex` brings tensors, devices, layers, models and data sets.
@_exported import IbexGraph
@_exported import IbexModels
@_exported import IbexRuntime
