import IbexGraph
import IbexRuntime

/// The type of weights where nobody says otherwise. A broken configuration shows when a device is asked for.
func defaultFloat() -> DType { IbexRuntime.Configuration.dtypePolicy().variableDType }

/// The type of what metrics and optimizers keep.
func floatx() -> DType { IbexRuntime.Configuration.floatx() }

/// The image layout where nobody says otherwise.
func defaultDataFormat() -> ImageDataFormat { IbexRuntime.Configuration.imageDataFormat() }
