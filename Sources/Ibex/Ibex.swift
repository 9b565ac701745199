@_exported import IbexModels
