import IbexGraph
import IbexRuntime

/// The type of weights where nobody says otherwise. A broken configuration shows when a device is asked for.
func defaultFloat() -> DType { (try? IbexRuntime.Configuration.current.floatx) ?? .float32 }

/// The image layout where nobody says otherwise.
func defaultDataFormat() -> ImageDataFormat {
    (try? IbexRuntime.Configuration.current.imageDataFormat) ?? .channelsLast
}
